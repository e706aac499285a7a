import type { IDataObject } from 'n8n-workflow';
import { readUrls } from '../../../../../nodes/NanoBananaProEdit/parameters/images/urls';
import { useAddresses } from '../../../../support/addresses';

const { bench, refusalOf, sentFor } = useAddresses();
const A = 'https://cdn.example.com/a.png';
const B = 'https://cdn.example.org/w_300,h_200/b.png?size=L;x|y&name=a,b';

describe('lists as services give them', () => {
	const woo = [A, B].map((src, id) => ({
		id,
		date_created: '2026-01-01',
		src,
		name: 'x',
		alt: '',
	}));
	const shopify = { edges: [A, B].map((url) => ({ node: { id: 'gid://shopify/1', url } })) };
	it.each<[string, unknown]>([
		['WooCommerce', woo],
		['Shopify', woo.map((one) => ({ ...one, admin_graphql_api_id: 'gid://shopify/2' }))],
		['Shopify GraphQL', shopify],
		['Shopify GraphQL, the whole answer', { data: { product: { title: 'Mug', images: shopify } } }],
		['Shopify GraphQL, media', { nodes: [A, B].map((url) => ({ image: { url, altText: null } })) }],
		[
			'Shopify GraphQL, previews',
			{ nodes: [A, B].map((url) => ({ preview: { image: { url } } })) },
		],
		['Shopify GraphQL of before', [A, B].map((originalSrc) => ({ node: { originalSrc } }))],
		[
			'Notion',
			[
				{ name: 'a.png', type: 'file', file: { url: A, expiry_time: '2026-01-01T00:00:00.000Z' } },
				{ name: 'b.png', type: 'external', external: { url: B } },
			],
		],
		[
			'a property of Notion',
			{ id: 'x', type: 'files', files: [A, B].map((url) => ({ file: { url } })) },
		],
		['Pexels', { photos: [A, B].map((original) => ({ src: { original, large2x: A, tiny: B } })) }],
		[
			'Google Merchant',
			[A, B].map((image_link) => ({ link: 'https://example.com/p', image_link })),
		],
		['Airtable', [A, B].map((url) => ({ id: 'att', url, thumbnails: { small: { url: A } } }))],
		[
			'Contentful',
			[A, B].map((url) => ({ sys: { id: 'x' }, fields: { file: { url: url.slice(6) } } })),
		],
		[
			'Strapi',
			{ data: [A, B].map((url) => ({ id: 1, attributes: { url, name: 'a' } })), meta: {} },
		],
		[
			'Google Photos',
			[A, B].map((baseUrl) => ({ id: 'x', productUrl: 'https://photos.google.com/x', baseUrl })),
		],
		['Cloudinary', [A, B].map((url) => ({ public_id: 'x', url, secure_url: url }))],
		[
			'OneDrive',
			[A, B].map((url) => ({
				'@odata.context': 'https://graph.microsoft.com/v1.0/$metadata',
				'@microsoft.graph.downloadUrl': url,
				webUrl: 'https://onedrive.live.com/x',
			})),
		],
		[
			'WordPress',
			[A, B].map((source_url) => ({
				...{ id: 7, link: 'https://example.com/photo', source_url },
				...{ guid: { rendered: 'https://example.com/?p=7' } },
			})),
		],
		[
			'Instagram',
			[A, B].map((media_url) => ({ media_url, permalink: 'https://instagram.com/p/x' })),
		],
		['objects as texts', [A, B].map((url) => JSON.stringify({ url }))],
		[
			'an article, whose own page is beside its image',
			[A, B].map((urlToImage) => ({ url: 'https://news.example.com/mugs', urlToImage })),
		],
		[
			'Zendesk',
			[A, B].map((content_url) => ({ url: 'https://a.zendesk.com/api/1.json', content_url })),
		],
		[
			'monday.com',
			[A, B].map((public_url) => ({
				url: 'https://acme.monday.com/protected_static/1/a.png',
				public_url,
			})),
		],
		[
			'a page of Notion',
			[A, B].map((url) => ({ url: 'https://www.notion.so/x', cover: { external: { url } } })),
		],
		[
			'Shopify GraphQL, products',
			{ data: { products: { edges: [{ node: { media: shopify } }] } } },
		],
		['texts', [A, B]],
		['lists in lists', [[A], [[B]]]],
	])('%s, as a list and as its text', async (_name, given) => {
		for (const photos of [given, JSON.stringify(given), JSON.stringify(given, null, 2)]) {
			expect(await sentFor('={{ $json.photos }}', [A, B], { photos } as IDataObject)).toEqual([
				A,
				B,
			]);
			bench.reset();
		}
	});

	it('the file of a Google Drive node', async () => {
		const photo = {
			...{ id: '1AbCdEfGhIjKlMnOp', iconLink: 'https://drive-thirdparty.googleusercontent.com/i' },
			...{ thumbnailLink: 'https://lh3.googleusercontent.com/x=s220' },
			webViewLink: 'https://drive.google.com/file/d/1AbCdEfGhIjKlMnOp/view',
			webContentLink: 'https://drive.google.com/uc?id=1AbCdEfGhIjKlMnOp&export=download',
		};
		const sent = await sentFor('={{ $json.photo }}', [photo.webContentLink], { photo });
		expect(sent).toEqual([photo.webContentLink]);
	});

	it.each<[string, unknown, RegExp]>([
		['no address', [{ id: 5, name: 'a' }], /id, name/],
		['an address under a name that says nothing', { link: A, note: 'x' }, /link, note/],
		['two addresses of one rank', { image_front: A, image_back: B }, /image_front, image_back/],
		[
			'two lists',
			{ title: 'Mug', images: [{ src: A }], variants: [{ src: B }] },
			/title, images, variants/,
		],
		['a file of n8n', { mimeType: 'image/png', data: 'iVBO' }, /mimeType, data.*Source to File/],
		['nothing in it', {}, /no fields/],
	])('an object with %s: its fields are listed', async (_name, photos, fields) => {
		const error = await refusalOf('={{ $json.photos }}', { photos } as IDataObject);
		expect(error.message).toMatch(/entry 1 of 'Images'.*object/);
		expect(error.description).toMatch(fields);
	});

	it('an object that holds itself', () => {
		const photo: IDataObject = { id: 1 };
		photo.self = { photo };
		expect(() => readUrls(photo, { entry: 1 })).toThrow(
			/object without a field that is clearly the address/,
		);
	});

	it('an address on the server of the service itself is refused by its text', async () => {
		const photos = [{ url: '/uploads/a.png', formats: {} }];
		expect((await refusalOf('={{ $json.photos }}', { photos })).message).toMatch(
			/\/uploads\/a\.png/,
		);
	});
});
