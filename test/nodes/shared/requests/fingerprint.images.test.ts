import { imageKey, keyedName, withImageKeys } from '../../../../nodes/shared/requests/fingerprint';

describe('an image', () => {
	const key = '0123456789abcdef0123456789abcdef';
	const stored = `https://v3b.fal.media/files/b/00000000/mug-n8n-${key}.png`;

	it('is known by its content in fal’s storage, whatever else its address says', () => {
		const other = `https://fal.media/files/another/photo-n8n-${key}.webp`;
		expect([imageKey(stored), imageKey(other)]).toEqual([key, key]);
	});

	it('is uploaded under a name by which it is known', () => {
		expect(keyedName('mug', key, 'png')).toBe(`mug-n8n-${key}.png`);
		expect(withImageKeys({ image_urls: [stored] })).toEqual({ image_urls: [key] });
		expect(withImageKeys(undefined)).toEqual({ image_urls: [] });
	});

	it('is its address anywhere else, though that ends like one of our names', () => {
		const foreign = stored.replace('v3b.fal.media', 'fal.media.example.com');
		expect(imageKey(foreign)).toBe(foreign);
		expect(imageKey('http://127.0.0.1/x.png')).toBe('http://127.0.0.1/x.png');
	});

	it.each([
		'https://fal.media.evil.com/',
		'https://FAL.MEDIA.evil.com/',
		'https://notfal.media/',
		'https://v3.fal.media@evil.com/',
		'https://v3.fal.media:443@evil.com/',
		'https://evil.com/v3.fal.media/',
		'https://evil.com/?https://v3.fal.media/',
		'https://evil.com/#https://v3.fal.media/',
		'https://v3.fal.media%2eevil.com/',
		'https://v3.fal.media:8443/',
		'http://v3.fal.media/',
		'ftp://v3.fal.media/',
		'https://storage.googleapis.com/another/',
		'https://storage.googleapis.com:8443/falserverless/',
		'https://falserverless.storage.googleapis.com.evil.com/falserverless/',
	])('is its address where that only looks like fal’s: %s', (place) => {
		const address = `${place}mug-n8n-${key}.png`;
		expect(imageKey(address)).toBe(address);
	});

	it.each(['https://V3.FAL.MEDIA/', 'https://v3.fal.media:443/', 'https://fal.media/'])(
		'is known by its content however fal’s host is written: %s',
		(place) => expect(imageKey(`${place}mug-n8n-${key}.png`)).toBe(key),
	);

	it('is known by its content where fal is reached at an address of its own', () => {
		const address = `http://127.0.0.1:8080/files/mug-n8n-${key}.png`;
		expect(imageKey(address, 'http://127.0.0.1:8080')).toBe(key);
	});

	it('inside a request is known by its bytes, however they are written', () => {
		const bytes = Buffer.from('not an image, but bytes');
		const uri = `data:image/png;base64,${bytes.toString('base64')}`;
		const urlSafe = `data:;base64,${bytes.toString('base64url')}`;
		expect(imageKey(uri)).toMatch(/^[0-9a-f]{32}$/);
		expect(imageKey(urlSafe)).toBe(imageKey(uri));
	});
});
