import { AddressBench } from '../../../../support/addresses';
import { failure, PUBLIC_URL, useEditBench } from '../../../../support/edit';
import { dataUri, makeImage } from '../../../../support/images';

const bench = useEditBench();
let image = Buffer.alloc(0);
let jpeg = Buffer.alloc(0);
beforeAll(async () => {
	image = await makeImage('png', 50);
	jpeg = await makeImage('jpeg', 51);
});

const addresses = new AddressBench(bench);
const sentFor = async (url: unknown, known: string[]) => await addresses.sentFor(url, known, image);
const refusalOf = async (url: unknown) => await addresses.refusalOf(url);

describe('the page of an image', () => {
	const drive = 'https://drive.google.com/uc?export=download&id=1AbCdEfGhIjKlMnOp';
	it.each([
		['https://drive.google.com/file/d/1AbCdEfGhIjKlMnOp/view?usp=sharing', drive],
		['https://drive.google.com/file/u/1/d/1AbCdEfGhIjKlMnOp/edit', drive],
		['https://drive.google.com/open?id=1AbCdEfGhIjKlMnOp', drive],
		['https://drive.google.com/uc?id=1AbCdEfGhIjKlMnOp', drive],
		[drive, drive],
		['https://www.dropbox.com/s/abc/a.png?dl=0', 'https://www.dropbox.com/s/abc/a.png?dl=1'],
		['https://www.dropbox.com/s/abc/a.png', 'https://www.dropbox.com/s/abc/a.png?dl=1'],
		[
			'https://www.dropbox.com/scl/fi/x1/a.png?rlkey=k2&st=3&dl=0',
			'https://www.dropbox.com/scl/fi/x1/a.png?rlkey=k2&st=3&dl=1',
		],
		['https://www.dropbox.com/s/abc/a.png?raw=1', 'https://www.dropbox.com/s/abc/a.png?raw=1'],
		['https://github.com/o/r/blob/main/a.png', 'https://github.com/o/r/raw/main/a.png'],
	])('%s is turned into the address of the file', async (page, direct) => {
		expect(await sentFor(page, [direct])).toEqual([direct]);
	});

	it.each([
		['https://drive.google.com/drive/folders/1AbCdEfGhIjKlMnOp', /page of Google Drive/],
		['https://docs.google.com/document/d/1AbCdEfGhIjKlMnOp/edit', /page of Google Drive/],
		['https://www.dropbox.com/scl/fo/x1/y2?rlkey=k', /page of Dropbox/],
		['https://photos.app.goo.gl/abc', /page of Google Photos/],
		['https://1drv.ms/i/s!abc', /page of OneDrive/],
		['https://example.com/gallery/photo.html', /a web page/],
	])('%s is said to be one', async (page, message) => {
		const error = await refusalOf(page);
		expect(error.message).toMatch(message);
		expect(error.message).toMatch(/entry 1 of 'Images'/);
		expect(error.description).toMatch(/address that downloads the file itself/);
	});

	it('that only fal finds out is told as one', async () => {
		const page = Buffer.from('<!DOCTYPE html><html><body>Log in</body></html>');
		bench.fal.settings.publicFiles = { [PUBLIC_URL]: page };
		const error = failure(await bench.edit());
		expect(error.description).toMatch(/not a page/);
		expect(bench.calls('submit')).toHaveLength(1);
	});
});

describe('a data URI is sent as the plain one of its bytes', () => {
	const base64 = () => image.toString('base64');

	it.each<[string, () => string]>([
		[
			'base64 in lines of 76',
			() => `data:image/png;base64,${base64().replace(/.{76}/g, '$&\r\n')}`,
		],
		[
			'base64 in lines, the first one empty',
			() => `data:image/png;base64,\n${base64().replace(/.{60}/g, '$&\n')}`,
		],
		['URL-safe base64', () => `data:image/png;base64,${image.toString('base64url')}`],
		['without padding', () => `data:image/png;base64,${base64().replace(/=+$/, '')}`],
		['percent-encoded base64', () => `data:image/png;base64,${encodeURIComponent(base64())}`],
		['the label of a JPEG', () => `data:image/jpeg;base64,${base64()}`],
		['the label of a text', () => `data:text/plain;charset=utf-8;base64,${base64()}`],
		['no label', () => `data:;base64,${base64()}`],
		['another case', () => `DATA:image/png;BASE64,${base64()}`],
	])('%s', async (_name, uri) => {
		expect(await sentFor(uri(), [])).toEqual([dataUri(image)]);
	});

	it('of a JPEG with the label of a PNG', async () => {
		expect(await sentFor(dataUri(jpeg, 'image/png'), [])).toEqual([dataUri(jpeg, 'image/jpeg')]);
	});

	it('half an image is refused', async () => {
		const half = dataUri(image.subarray(0, image.length / 2));
		expect((await refusalOf(half)).message).toMatch(/entry 1 of 'Images'.*no whole image/);
	});
});
