import { useAddresses } from '../../../../support/addresses';
import { failure, fromUrl, made, PUBLIC_URL, rows } from '../../../../support/edit';

const { bench, image, refusalOf, sentFor } = useAddresses();

const HOUR = 3_600_000;
const basic = (at: number) => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
const seconds = (at: number) => Math.floor(at / 1_000);
const token = (exp: number) =>
	['{"alg":"HS256"}', `{"url":"b/a.png","iat":1,"exp":${exp}}`, 'signature']
		.map((part) => Buffer.from(part).toString('base64url'))
		.join('.');

/** CloudFront's own base64 has other signs for those that an address keeps for itself. */
const policy = (until: number) =>
	Buffer.from(`{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":${until}}}}]}`)
		.toString('base64')
		.replaceAll('+', '-')
		.replaceAll('=', '_')
		.replaceAll('/', '~');

/** Addresses as services sign them, good until a moment in ms since 1970. */
const SIGNED: Array<[service: string, address: (until: number) => string]> = [
	[
		'S3',
		(until) =>
			`https://b.s3.eu-central-1.amazonaws.com/a.png?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=${basic(until - HOUR)}&X-Amz-Expires=3600&X-Amz-Signature=ab`,
	],
	[
		'S3, in small letters',
		(until) =>
			`https://r2.example.com/a.png?x-amz-date=${basic(until - HOUR)}&x-amz-expires=3600&x-amz-signature=ab`,
	],
	[
		'S3 of before',
		(until) =>
			`https://b.s3.amazonaws.com/a.png?AWSAccessKeyId=x&Expires=${seconds(until)}&Signature=a%2Bb`,
	],
	[
		'CloudFront',
		(until) =>
			`https://d1.cloudfront.net/a.png?Expires=${seconds(until)}&Signature=x&Key-Pair-Id=K`,
	],
	[
		'Google Cloud',
		(until) =>
			`https://storage.googleapis.com/b/a.png?X-Goog-Date=${basic(until - HOUR)}&X-Goog-Expires=3600&X-Goog-Signature=ab`,
	],
	[
		'Google Cloud of before',
		(until) =>
			`https://storage.googleapis.com/b/a.png?GoogleAccessId=x&Expires=${seconds(until)}&Signature=x`,
	],
	[
		'Azure',
		(until) =>
			`https://a.blob.core.windows.net/c/a.png?sv=2022-11-02&se=${encodeURIComponent(new Date(until).toISOString().replace(/\.\d+/, ''))}&sr=b&sp=r&sig=x%3D`,
	],
	[
		'Alibaba',
		(until) =>
			`https://b.oss-eu.aliyuncs.com/a.png?x-oss-date=${basic(until - HOUR)}&x-oss-expires=3600&x-oss-signature=x`,
	],
	[
		'Tencent',
		(until) =>
			`https://b.cos.eu.myqcloud.com/a.png?q-sign-time=${seconds(until - HOUR)};${seconds(until)}&q-signature=x`,
	],
	[
		'Discord',
		(until) =>
			`https://cdn.discordapp.com/attachments/1/2/a.png?ex=${seconds(until).toString(16)}&is=1&hm=ab&`,
	],
	['Airtable', (until) => `https://v5.airtableusercontent.com/v3/u/40/40/${until}/a-b_c/d.png`],
	[
		'Supabase',
		(until) =>
			`https://x.supabase.co/storage/v1/object/sign/b/a.png?token=${token(seconds(until))}`,
	],
	[
		'Instagram',
		(until) =>
			`https://scontent.cdninstagram.com/v/a.jpg?oh=00_A&oe=${seconds(until).toString(16)}`,
	],
	[
		'Notion',
		(until) => `https://file.notion.so/f/f/1/2/a.png?expirationTimestamp=${until}&signature=x`,
	],
	[
		'CloudFront, with a policy',
		(until) =>
			`https://d1.cloudfront.net/a.png?Policy=${policy(seconds(until))}&Signature=x&Key-Pair-Id=K`,
	],
	[
		'Akamai',
		(until) => `https://cdn.example.com/a.png?hdnts=st=1~exp=${seconds(until)}~acl=/*~hmac=ab`,
	],
	['imgix', (until) => `https://x.imgix.net/a.png?expires=${seconds(until)}&s=ab`],
	['ImageKit', (until) => `https://ik.imagekit.io/x/a.png?ik-t=${seconds(until)}&ik-s=ab`],
	['iCloud', (until) => `https://cvws.icloud-content.com/B/a.png?o=1&e=${seconds(until)}&k=x`],
	['Laravel', (until) => `https://shop.example.com/a.png?expires=${seconds(until)}&signature=x`],
	[
		'a shop that writes the date out',
		(until) => `https://shop.example.com/a.png?expires=${new Date(until).toISOString()}&hash=x`,
	],
];

const PAST = Date.UTC(2024, 4, 1, 12, 30);

describe.each(SIGNED)('an address signed as %s signs it', (_service, address) => {
	it('is refused before the order once its time is over, and the words say when', async () => {
		const error = await refusalOf(address(PAST));
		expect(error.message).toMatch(/entry 1 of 'Images'.*expired.*2024-05-01 12:30 UTC/);
		expect(error.description).toMatch(/Run the node that returns the address again/);
	});

	it('is sent while it is good, or where the clock may only be ahead', async () => {
		for (const until of [Date.now() + HOUR, Date.now() - 20_000]) {
			const url = address(Math.floor(until / 1_000) * 1_000);
			expect(await sentFor(url, [url])).toEqual([url]);
			bench.reset();
		}
	});
});

it.each([
	'https://example.com/a.png?X-Amz-Date=yesterday&X-Amz-Expires=3600',
	'https://example.com/a.png?X-Amz-Date=20200101T000000Z&X-Amz-Expires=soon',
	'https://example.com/a.png?X-Amz-Date=20200101T000000Z',
	'https://example.com/a.png?Expires=never&Signature=x',
	'https://example.com/a.png?Expires=3600&Signature=x',
	'https://example.com/a.png?expires=1577836800',
	'https://example.com/a.png?se=2020&sig=x',
	'https://example.com/a.png?ex=5e0be100&hm=x&oe=5e0be100&e=1577836800',
	'https://cdn.discordapp.com/attachments/1/2/a.png?ex=zzz&hm=x',
	'https://example.com/v3/u/1/1/1577836800000/a.png',
	'https://example.com/a.png?token=eyJ.e30.x',
])('%s says no time that is over for sure', async (url) => {
	expect(await sentFor(url, [url])).toEqual([url]);
});

describe('among other rows', () => {
	const over = SIGNED[0]![1](PAST);
	const run = {
		items: rows([PUBLIC_URL, over, PUBLIC_URL]),
		parameters: { images: fromUrl('={{ $json.value }}') },
	};
	beforeEach(() => {
		bench.fal.settings.publicFiles = { [PUBLIC_URL]: image() };
	});

	it('nothing is ordered where the node stops', async () => {
		expect(failure(await bench.edit(run))).toMatchObject({ context: { itemIndex: 1 } });
		expect(bench.fal.records).toEqual([]);
	});

	it('the others are ordered where it goes on', async () => {
		const node = { onError: 'continueRegularOutput' as const };
		const out = made(await bench.edit({ ...run, node }));
		expect(out.map(({ json }) => json.error ?? 'made')).toEqual([
			'made',
			expect.stringMatching(/expired/),
			'made',
		]);
		expect(bench.fal.jobs).toHaveLength(2);
	});
});

it('an edit that was ordered while its address was good is taken up when it is not any more', async () => {
	const url = SIGNED[0]![1](Math.floor(Date.now() / 1_000) * 1_000 + 5 * 60_000);
	bench.fal.settings.publicFiles = { [url]: image() };
	const parameters = { prompt: 'later [fault: result=401 x1]', images: fromUrl(url) };
	const first = await bench.edit({ parameters });
	failure(first);
	const now = Date.now;
	jest.spyOn(Date, 'now').mockImplementation(() => now() + 10 * 60_000);
	try {
		expect(made(await bench.edit({ parameters, retryOf: first.run }))).toHaveLength(1);
	} finally {
		jest.restoreAllMocks();
	}
	expect(bench.fal.jobs).toHaveLength(1);
});
