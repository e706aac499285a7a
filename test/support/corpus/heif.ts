import type { AvifOptions, Sharp } from 'sharp';
import { noise, type Sample, samplesOf, u32, type Variant } from './sample';

const avif =
	(options: AvifOptions = {}) =>
	async (image: Sharp) =>
		await image.avif({ effort: 0, ...options }).toBuffer();

/** The same file with other brands: the first, then those that it is compatible with, as many as there were. */
const withBrands =
	(major: string, ...compatible: string[]) =>
	async (image: Sharp) => {
		const bytes = Buffer.from(await avif()(image));
		const count = (bytes.readUInt32BE(0) - 16) / 4;
		bytes.write(major, 8, 'latin1');
		for (let index = 0; index < count; index++)
			bytes.write(compatible[index % compatible.length]!, 16 + index * 4, 'latin1');
		return bytes;
	};

interface Box {
	type: string;
	at: number;
	size: number;
}

function boxes(bytes: Buffer): Box[] {
	const found: Box[] = [];
	for (let at = 0; at < bytes.length; ) {
		const size = bytes.readUInt32BE(at);
		found.push({ type: bytes.toString('latin1', at + 4, at + 8), at, size });
		at += size;
	}
	return found;
}

const dataBox = (bytes: Buffer) => boxes(bytes).find(({ type }) => type === 'mdat')!;

/** The data goes to the end of the file, as a box of size 0 says. */
async function openEnded(image: Sharp): Promise<Buffer> {
	const bytes = Buffer.from(await avif()(image));
	bytes.writeUInt32BE(0, dataBox(bytes).at);
	return bytes;
}

const box = (type: string, data: Buffer) =>
	Buffer.concat([u32(data.length + 8), Buffer.from(type, 'latin1'), data]);

const withBoxBehind = (type: string) => async (image: Sharp) =>
	Buffer.concat([await avif()(image), box(type, noise(400, 8))]);

const beforeBox = (bytes: Buffer) => bytes.length - 408;

const VARIANTS: Variant[] = [
	['a plain AVIF', avif()],
	['a small AVIF', avif({ quality: 10 })],
	['an AVIF in all colours', avif({ chromaSubsampling: '4:4:4' })],
	['a transparent AVIF', async (image) => await avif()(image.ensureAlpha(0.4))],
	['an AVIF with a colour profile', async (image) => await avif()(image.withIccProfile('p3'))],
	['an AVIF of brand mif1', withBrands('mif1', 'avif', 'miaf')],
	['an AVIF of brand avis', withBrands('avis', 'avif', 'mif1', 'avis')],
	['an AVIF with free space behind it', withBoxBehind('free'), beforeBox],
	['an AVIF with a film behind it', withBoxBehind('mpvd'), beforeBox],
	['an AVIF whose data goes to the end', openEnded],
];

/** sharp writes no HEVC, but the boxes of AVIF and HEIC are the same. */
const HEIC: Variant[] = [
	['a HEIC of brand heic', withBrands('heic', 'mif1', 'heic')],
	['a HEIC of brand heix', withBrands('heix', 'mif1', 'heix')],
	['a HEIC of brand hevc', withBrands('hevc', 'msf1', 'hevc')],
	['a HEIC of brand mif1', withBrands('mif1', 'mif1', 'heic')],
	['a HEIC of brand msf1', withBrands('msf1', 'hevc', 'mif1')],
];

const asHevc = (sample: Sample): Sample => ({
	...sample,
	bytes: Buffer.from(sample.bytes.toString('latin1').replaceAll('av01', 'hvc1'), 'latin1'),
});

export async function heifSamples(): Promise<Sample[]> {
	const heic = await samplesOf('image/heic', HEIC, () => false);
	const avif = await samplesOf('image/avif', VARIANTS, (name) => !name.includes('avis'));
	return [...avif, ...heic.map(asHevc)];
}
