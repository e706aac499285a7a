import sharp from 'sharp';

import { startEmulator, type Emulator } from './index';
import { Caller, firstType, testImage } from './testCaller';

let emulator: Emulator;
let fal: Caller;

beforeAll(async () => {
	emulator = await startEmulator({ latency: 0, image: 'tiny' });
	fal = new Caller(emulator);
});
afterEach(() => emulator.reset());
afterAll(() => emulator.close());

const PUBLIC = 'https://example.com/photo.png';

const outcomeOf = async (url: string) =>
	firstType(await fal.edit({ prompt: 'a cat', image_urls: [url] }));

const inline = async (change: (base64: string) => string) =>
	change((await testImage()).toString('base64'));

describe('an input is opened as fal opens it', () => {
	it.each([
		['a blank in the path', 'https://example.com/a photo.png'],
		['a letter beyond ASCII', 'https://example.com/größe.png'],
		['this machine', 'http://localhost:9000/photo.png'],
		['a network of its own', 'http://192.168.1.5/photo.png'],
		['a private IPv6 address', 'http://[fd00::1]/photo.png'],
		['a bare name', 'http://minio/photo.png'],
		['an address that is not there', 'https://example.com/none.png'],
		['a file of the machine', 'file:///etc/hostname'],
	])('%s: file_download_error', async (_name, url) => {
		emulator.settings.publicFiles = { [url]: await testImage() };
		if (url.endsWith('none.png')) emulator.settings.publicFiles = {};
		expect(await outcomeOf(url)).toBe('file_download_error');
	});

	it.each<[string, (image: Buffer) => Buffer | Promise<Buffer>]>([
		['a page', () => Buffer.from('<!DOCTYPE html><html><body>Log in</body></html>')],
		['a cut image', (image) => image.subarray(0, image.length / 2)],
		['nothing', () => Buffer.alloc(0)],
		['a cut JPEG', async (image) => (await sharp(image).jpeg().toBuffer()).subarray(0, -40)],
	])('%s: image_load_error', async (_name, change) => {
		emulator.settings.publicFiles = { [PUBLIC]: await change(await testImage()) };
		expect(await outcomeOf(PUBLIC)).toBe('image_load_error');
	});

	it('a data URI in lines is taken, one without padding is not', async () => {
		const lines = await inline((base64) => base64.replace(/.{76}/g, '$&\n'));
		expect(await outcomeOf(`data:image/png;base64,${lines}`)).toBeUndefined();
		const odd = await inline((base64) =>
			`${base64.replace(/=+$/, '').slice(0, 400)}A`.slice(0, 401),
		);
		expect(await outcomeOf(`data:image/png;base64,${odd}`)).toBe('file_download_error');
	});

	it('URL-safe base64 silently gives other bytes', async () => {
		const url = await inline((base64) => base64.replaceAll('+', '-').replaceAll('/', '_'));
		expect(await outcomeOf(`data:image/png;base64,${url}`)).not.toBeUndefined();
	});
});
