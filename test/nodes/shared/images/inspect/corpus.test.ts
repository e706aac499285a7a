import * as fc from 'fast-check';
import sharp from 'sharp';
import {
	ImageScan,
	readImage,
	type ImageFacts,
} from '../../../../../nodes/shared/images/inspect/image';
import { fromFields, made, useEditBench } from '../../../../support/edit';
import { storeFile, useBinaryStore, type BinaryMode } from '../../../../support/engine';
import { cut, CUTS, makeCorpus, type Sample } from '../../../../support/corpus';
import { noise } from '../../../../support/corpus/sample';
import { sha256 } from '../../../../support/images';

const bench = useEditBench();
let corpus: Sample[] = [];
beforeAll(async () => {
	corpus = await makeCorpus();
});

const factsOf = ({ bytes, mimeType, width, height }: Sample) => ({
	...{ mimeType, width, height },
	...{ size: bytes.length, whole: true },
});

const named = (samples: Sample[]) => samples.map(({ name }) => name);

/** Files as they lie in n8n, 14 an item, as many as one edit takes. */
async function itemsOf(
	samples: Sample[],
	filesAnItem: number,
	bytesOf: (sample: Sample) => Buffer,
) {
	const items = [];
	for (let from = 0; from < samples.length; from += filesAnItem) {
		const part = samples.slice(from, from + filesAnItem);
		const files = part.map(async (sample, index) => [
			`file_${index}`,
			// No label and no ending: the bytes have to tell.
			await storeFile(bytesOf(sample), 'file', 'application/octet-stream'),
		]);
		items.push({ json: {}, binary: Object.fromEntries(await Promise.all(files)) });
	}
	return items;
}

it('the corpus is good: sharp reads every file of it whole', async () => {
	const unread: string[] = [];
	for (const { name, bytes, isJudged } of corpus) {
		if (!isJudged) continue;
		const read = sharp(bytes, { failOn: 'truncated' }).toColourspace('srgb').raw();
		await read.toBuffer().catch(() => unread.push(name));
	}
	expect(unread).toEqual([]);
	expect(corpus.length).toBeGreaterThanOrEqual(300);
});

it('every good file has its facts, every cut one is not whole', () => {
	const wrong = corpus.filter((sample) => {
		const { extension: _, ...facts } = readImage(sample.bytes) ?? ({} as ImageFacts);
		return JSON.stringify(sorted(facts)) !== JSON.stringify(sorted(factsOf(sample)));
	});
	const taken = CUTS.flatMap((share) =>
		corpus.filter((sample) => readImage(cut(sample, share))?.whole),
	);
	console.log(
		`Corpus: ${corpus.length} images, ${wrong.length} of them misread; ${corpus.length * CUTS.length} cut ones, ${taken.length} of them taken`,
	);
	expect(named(wrong)).toEqual([]);
	expect(named(taken)).toEqual([]);
});

const sorted = (facts: object) => Object.entries(facts).sort();

function scanIn(bytes: Buffer, lengths: number[]): ImageFacts | undefined {
	const scan = new ImageScan();
	let at = 0;
	for (let turn = 0; at < bytes.length; turn++) {
		// A copy that is overwritten afterwards, as the memory of a stream's piece is.
		const piece = Buffer.from(bytes.subarray(at, at + lengths[turn % lengths.length]!));
		scan.push(piece);
		at += piece.length;
		piece.fill(0);
	}
	return scan.finish();
}

it('the facts are the same however the bytes are split', () => {
	const lengths = fc.array(
		fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 9_000 })),
		{
			minLength: 1,
			maxLength: 8,
		},
	);
	const shares = fc.constantFrom(1, ...CUTS);
	fc.assert(
		fc.property(fc.nat(corpus.length - 1), shares, lengths, (index, share, pieces) => {
			const sample = corpus[index]!;
			const bytes = share === 1 ? sample.bytes : cut(sample, share);
			expect(scanIn(bytes, pieces)).toEqual(scanIn(bytes, [bytes.length]));
		}),
		{ numRuns: 1_500 },
	);
	for (const { bytes } of corpus.filter((sample) => sample.bytes.length < 20_000))
		expect(scanIn(bytes, [1])).toEqual(scanIn(bytes, [bytes.length]));
});

it('half a JPEG stays half, whatever stands behind it', () => {
	const jpegs = corpus.filter(
		({ name, bytes }) => name.startsWith('a fine JPEG') && bytes.length > 2_000,
	);
	expect(jpegs.length).toBeGreaterThan(1);
	const behind = noise(400_000, 9);
	fc.assert(
		fc.property(fc.constantFrom(...jpegs), fc.nat(350_000), (sample, from) => {
			const bytes = Buffer.concat([cut(sample, 0.5), behind.subarray(from, from + 20_000)]);
			expect(readImage(bytes)?.whole).toBe(false);
		}),
		{ numRuns: 1_000 },
	);
});

it('no byte that is another than it should be makes the walk fail', () => {
	const small = corpus.filter(({ bytes }) => bytes.length < 20_000);
	const changes = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
		maxLength: 6,
	});
	fc.assert(
		fc.property(fc.constantFrom(...small), changes, ({ bytes }, changed) => {
			const broken = Buffer.from(bytes);
			// Most of what a format says of itself stands in front.
			for (const [at, value] of changed) broken[Math.floor(at ** 3 * bytes.length)] = value;
			readImage(broken);
		}),
		{ numRuns: 2_000 },
	);
});

describe.each<BinaryMode>(['default', 'filesystem'])('in the store "%s"', (store) => {
	beforeAll(async () => await useBinaryStore(store));

	it('every good file reaches fal byte for byte', async () => {
		const items = await itemsOf(corpus, 14, ({ bytes }) => bytes);
		const result = await bench.edit({ items, parameters: { images: fromFields('*') } });
		expect(made(result)).toHaveLength(items.length);
		const sent = bench.inputs().flatMap((_, job) => bench.received(job));
		const wanted = corpus.map(({ bytes }) => sha256(bytes));
		expect(new Set(sent)).toEqual(new Set(wanted));
		expect(bench.calls('submit')).toHaveLength(items.length);
	});

	it('every cut file is refused before any call', async () => {
		const items = [];
		for (const share of CUTS) items.push(...(await itemsOf(corpus, 1, (one) => cut(one, share))));
		const result = await bench.edit({
			items,
			parameters: { images: fromFields('file_0') },
			node: { onError: 'continueRegularOutput' },
		});
		const taken = made(result).filter(({ json }) => json.error === undefined);
		console.log(
			`Store ${store}: ${items.length} cut images, ${taken.length} ordered; ${bench.fal.records.length} calls`,
		);
		expect(taken).toEqual([]);
		expect(bench.fal.records).toEqual([]);
	});
});
