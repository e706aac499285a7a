import { useAddresses } from '../../../../support/addresses';
import { dataUri, makeImage } from '../../../../support/images';

const { image, refusalOf, sentFor } = useAddresses();
let jpeg = Buffer.alloc(0);
beforeAll(async () => {
	jpeg = await makeImage('jpeg', 51);
});

describe('a data URI is sent as the plain one of its bytes', () => {
	const base64 = () => image().toString('base64');

	it.each<[string, () => string]>([
		[
			'base64 in lines of 76',
			() => `data:image/png;base64,${base64().replace(/.{76}/g, '$&\r\n')}`,
		],
		[
			'base64 in lines, the first one empty',
			() => `data:image/png;base64,\n${base64().replace(/.{60}/g, '$&\n')}`,
		],
		['URL-safe base64', () => `data:image/png;base64,${image().toString('base64url')}`],
		['without padding', () => `data:image/png;base64,${base64().replace(/=+$/, '')}`],
		['percent-encoded base64', () => `data:image/png;base64,${encodeURIComponent(base64())}`],
		['the label of a JPEG', () => `data:image/jpeg;base64,${base64()}`],
		['the label of a text', () => `data:text/plain;charset=utf-8;base64,${base64()}`],
		['no label', () => `data:;base64,${base64()}`],
		['another case', () => `DATA:image/png;BASE64,${base64()}`],
	])('%s', async (_name, uri) => {
		expect(await sentFor(uri(), [])).toEqual([dataUri(image())]);
	});

	it('of a JPEG with the label of a PNG', async () => {
		expect(await sentFor(dataUri(jpeg, 'image/png'), [])).toEqual([dataUri(jpeg, 'image/jpeg')]);
	});

	it('half an image is refused', async () => {
		const half = dataUri(image().subarray(0, image().length / 2));
		expect((await refusalOf(half)).message).toMatch(
			/entry 1 of 'Images'.*without a complete image/,
		);
	});
});
