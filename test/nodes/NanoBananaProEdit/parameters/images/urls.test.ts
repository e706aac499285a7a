import * as fc from 'fast-check';
import { readUrls } from '../../../../../nodes/NanoBananaProEdit/parameters/images/urls';
import { isPublicHost } from '../../../../../nodes/shared/fal/http/addresses';
import { InputError } from '../../../../../nodes/shared/n8n/inputError';
import { useAddresses } from '../../../../support/addresses';
import { PUBLIC_URL } from '../../../../support/edit';
import { dataUri } from '../../../../support/images';

const { image, refusalOf, sentFor } = useAddresses();
const OTHER = 'https://cdn.example.org/b.png?size=L&name=a,b';

describe('several addresses', () => {
	it.each<[string, string]>([
		['with a comma between them', `${PUBLIC_URL},${OTHER}`],
		['with a comma and a blank', `${PUBLIC_URL}, ${OTHER}`],
		['with a comma and a line break', `${PUBLIC_URL},\n${OTHER},`],
		['with a blank', `${PUBLIC_URL} ${OTHER}`],
	])('%s', async (_name, text) => {
		expect(await sentFor(text, [PUBLIC_URL, OTHER])).toEqual([PUBLIC_URL, OTHER]);
	});

	it('a comma inside an address stays', async () => {
		const one = 'https://example.com/w_300,h_200/a,b.png?c=1,2';
		expect(await sentFor(one, [one])).toEqual([one]);
	});

	it("Airtable's attachments, and others that carry a url", async () => {
		const photos = [
			{ id: 'att1', url: PUBLIC_URL, filename: 'photo.png', type: 'image/png', size: 5 },
			{ id: 'att2', url: OTHER, filename: 'b.png', type: 'image/png' },
		];
		const sent = await sentFor('={{ $json.photos }}', [PUBLIC_URL, OTHER], { photos });
		expect(sent).toEqual([PUBLIC_URL, OTHER]);
	});

	it('data URIs and addresses with commas between them', async () => {
		const uri = dataUri(image());
		expect(await sentFor(`${uri},${PUBLIC_URL},${uri}`, [PUBLIC_URL])).toEqual([
			uri,
			PUBLIC_URL,
			uri,
		]);
	});
});

// Looked through once for each name or sign, these would take an hour.
it.each(['a.png ', 'my mug.png ', ')', '",', '[x]('])('%j a million times is refused', (text) => {
	expect(() => readUrls(text.repeat(1_000_000), { entry: 1 })).toThrow(InputError);
});

it('as many addresses as one text holds are read', () => {
	const sources = readUrls(`${PUBLIC_URL} `.repeat(200_000), { entry: 1 });
	expect(sources).toHaveLength(200_000);
});

describe('an address is percent-encoded once', () => {
	it.each([
		['https://example.com/a.png copy.png', 'https://example.com/a.png%20copy.png'],
		['https://example.com/a photo.png', 'https://example.com/a%20photo.png'],
		['https://example.com/größe.png', 'https://example.com/gr%C3%B6%C3%9Fe.png'],
		['https://example.com/a%20b c.png', 'https://example.com/a%20b%20c.png'],
		['https://example.com/a%20b.png', 'https://example.com/a%20b.png'],
		['https://example.com/a+b%2Bc.png?x=%C3%B6', 'https://example.com/a+b%2Bc.png?x=%C3%B6'],
		['https://example.com/100%.png', 'https://example.com/100%25.png'],
		['https://bücher.example/a.png', 'https://xn--bcher-kva.example/a.png'],
		['https://example.com/照片.png?n=照', 'https://example.com/%E7%85%A7%E7%89%87.png?n=%E7%85%A7'],
	])('%s', async (given, sent) => {
		expect(await sentFor(given, [sent])).toEqual([sent]);
	});

	it('what is encoded once is not encoded again, whatever it was', () => {
		const readOnce = (url: string) => readUrls(url, { entry: 1 })[0]!.url;
		const paths = fc
			.string({ unit: 'grapheme', maxLength: 20 })
			.map((text) => `/a${text.replace(/["<>]/g, '')}b`);
		fc.assert(
			fc.property(paths, (path) => {
				const once = readOnce(`https://example.com${path}`);
				expect(once).toMatch(/^[\x21-\x7e]+$/);
				expect(readOnce(once)).toBe(once);
			}),
		);
	});
});

describe('an address that fal can never reach is refused before the order', () => {
	it.each([
		...['http://localhost:9000/a.png', 'http://LOCALHOST/a.png', 'https://minio/a.png'],
		...['http://127.0.0.1/a.png', 'http://127.1/a.png', 'http://2130706433/a.png'],
		...['http://0x7f.0.0.1/a.png', 'http://0.0.0.0/a.png', 'http://10.1.2.3:8080/a.png'],
		...['http://172.16.0.1/a.png', 'http://172.31.255.255/a.png', 'http://192.168.178.20/a.png'],
		...['http://169.254.169.254/a.png', 'http://100.64.0.1/a.png', 'http://[::1]:5678/a.png'],
		...['http://[::]/a.png', 'http://[fd12:3456::1]/a.png', 'http://[fe80::1]/a.png'],
		...['http://[64:ff9b::c0a8:1]/a.png', 'http://255.255.255.255/a', 'http://203.0.113.7/a.png'],
		...['http://[::ffff:192.168.0.1]/a.png', 'http://nas.local/a.png', 'http://nas.local./a.png'],
		...[
			'http://app.localhost/a.png',
			'http://host.docker.internal/a.png',
			'http://fritz.lan/a.png',
		],
	])('%s', async (url) => {
		const error = await refusalOf(`${PUBLIC_URL}\n${url}`);
		expect(error.message).toMatch(/entry 1 of 'Images'.*cannot reach/);
		expect(error.description).toMatch(/HTTP Request node.*Source to File/);
	});

	it.each([
		...['https://8.8.8.8/a.png', 'https://172.32.0.1/a.png', 'https://192.169.0.1/a.png'],
		...['https://[64:ff9b::808:808]/a.png', 'https://223.255.255.254/a.png'],
		...['https://[2606:4700::1111]/a.png', 'https://[2001:4860:4860::8888]/a.png'],
		...['https://100.128.0.1/a.png', 'https://local.example.com/a.png', 'https://10.example.com/a'],
	])('%s is reached', async (url) => {
		expect(await sentFor(url, [url])).toEqual([url]);
	});

	it('every IPv4 address is judged alike in all its ways of writing', () => {
		fc.assert(
			fc.property(fc.ipV4(), (address) => {
				const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
				const hex = (n: number) => n.toString(16).padStart(2, '0');
				const mapped = `http://[::ffff:${hex(a)}${hex(b)}:${hex(c)}${hex(d)}]/`;
				const number = `http://${((a * 256 + b) * 256 + c) * 256 + d}/`;
				const judged = isPublicHost(address);
				for (const url of [mapped, number])
					expect(isPublicHost(new URL(url).hostname)).toBe(judged);
			}),
		);
	});

	it('one with a log-in in it', async () => {
		expect((await refusalOf('https://me:secret@example.com/a.png')).message).toMatch(
			/user name or password/,
		);
	});
});
