import {
	failure,
	fromFields,
	KEY,
	made,
	PUBLIC_URL,
	useEditBench,
	type EditRun,
} from '../../support/edit';
import type { NodeResult } from '../../support/engine';
import { makePicture, storePicture } from '../../support/pictures';

const LOCKED = 'locked-key-id:locked-key-s3cret';
const bench = useEditBench();
let publicFiles: Record<string, Buffer>;

const UNREACHABLE = { 'no-such-host.invalid': /not found/, '127.0.0.1:9': /refused/ };
/** Tried again for six seconds, while the other tests run. */
let unreachable: Promise<Record<string, NodeResult>>;

async function callUnreachable(): Promise<Record<string, NodeResult>> {
	const runs = Object.keys(UNREACHABLE).map(async (host) => {
		const credential = { apiKey: KEY, proxyUrl: `http://${host}/proxy` };
		return [host, await bench.edit({ credential })] as const;
	});
	return Object.fromEntries(await Promise.all(runs));
}

beforeAll(async () => {
	publicFiles = { [PUBLIC_URL]: await makePicture() };
	Object.assign(bench.fal.settings, { publicFiles });
	unreachable = callUnreachable();
});
afterEach(() => Object.assign(bench.fal.settings, { publicFiles, lockedKeys: {} }));

describe('what fal refuses, in words a person can act on', () => {
	it.each<[string, string, RegExp, RegExp]>([
		[
			'a refusal',
			'refusal-422',
			/could not make an image/,
			/Change the prompt.*Could not generate images/s,
		],
		['the content filter', 'content_policy_violation', /content filter/, /'Safety Tolerance'/],
		['no image made', 'no_media_generated', /no image/, /Change the prompt/],
		['an image that is too small', 'image_too_small', /too small/, /larger/],
		[
			'an image that it cannot read',
			'image_load_error',
			/could not read an image/,
			/PNG, JPEG or WebP/,
		],
		['an image that it cannot fetch', 'file_download_error', /could not fetch/, /log-in/],
		[
			'a value that it does not take',
			'less_than_equal',
			/does not accept/,
			/prompt: Input should be less than/,
		],
	])('%s', async (_name, kind, message, description) => {
		const parameters = { prompt: `blue [fault: result=${kind}]` };
		const error = failure(await bench.edit({ parameters }));
		const [job] = bench.fal.jobs;
		expect(error.message).toMatch(message);
		expect(error.description).toMatch(description);
		expect(error.description).toContain(job?.id);
		expect(error).toMatchObject({
			name: 'NodeApiError',
			httpCode: '422',
			context: { itemIndex: 0, request_id: job?.id, httpCode: 422 },
		});
		expect(bench.calls('submit')).toHaveLength(1);
	});

	it('every entry of a 422 with a list of details', async () => {
		const detail = [
			{
				loc: ['body', 'num_images'],
				msg: 'Input should be less than or equal to 4',
				type: 'less_than_equal',
			},
			{ loc: ['body', 'image_urls', 1], msg: 'Failed to load the image', type: 'image_load_error' },
			{ loc: ['prompt'], msg: 'Field required', type: 'missing' },
		];
		bench.take({ stage: 'submit', kind: 'status', status: 422, body: { detail } });
		const error = failure(await bench.edit());
		expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '422' });
		expect(error.description).toMatch(/num_images: Input should be less than or equal to 4/);
		expect(error.description).toMatch(/image_urls\.1: Failed to load the image/);
		expect(error.description).toMatch(/prompt: Field required/);
	});

	it('a failure that the status shows beside COMPLETED', async () => {
		const error = failure(
			await bench.edit({ parameters: { prompt: 'b [fault: status=completed-error]' } }),
		);
		expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '500' });
		expect(error.description).toContain(bench.fal.jobs[0]?.id);
	});

	it.each(['empty-images', 'no-images', 'no-url', 'odd-scheme'])(
		'a result with %s',
		async (kind) => {
			const error = failure(
				await bench.edit({ parameters: { prompt: `b [fault: result=${kind} x9]` } }),
			);
			expect(error.message).not.toBe('');
			expect(error.description).toContain(bench.fal.jobs[0]?.id);
			expect(error.context).toMatchObject({ itemIndex: 0, request_id: bench.fal.jobs[0]?.id });
			expect(bench.calls('submit')).toHaveLength(1);
		},
	);

	it('an image that is gone before it is downloaded', async () => {
		const error = failure(await bench.edit({ parameters: { prompt: 'b [fault: download=gone]' } }));
		expect(error.message).toMatch(/image|download/i);
		expect(error.context).toMatchObject({ itemIndex: 0, request_id: bench.fal.jobs[0]?.id });
	});
});

describe('the account and the key', () => {
	const withKey = async (apiKey: string, run: EditRun = {}) =>
		await bench.edit({ credential: { ...bench.credential, apiKey }, ...run });

	it('an exhausted balance', async () => {
		const reason = 'Exhausted balance. Top up your balance at fal.ai/dashboard/billing';
		Object.assign(bench.fal.settings, { lockedKeys: { [LOCKED]: reason } });
		const error = failure(await withKey(LOCKED));
		expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '403' });
		expect(error.message).toMatch(/cannot pay/);
		expect(error.description).toMatch(/billing.*Exhausted balance/);
	});

	it('an account locked for another reason', async () => {
		Object.assign(bench.fal.settings, {
			lockedKeys: { [LOCKED]: 'Admin lock. Please contact hello@fal.ai.' },
		});
		const error = failure(await withKey(LOCKED));
		expect(error.message).toMatch(/locked/);
		expect(error.description).toMatch(/Admin lock/);
	});

	it.each(['with a file', 'with an address'])('a key that fal does not know, %s', async (way) => {
		const { file } = await storePicture();
		const parameters = way === 'with a file' ? { images: fromFields('*') } : {};
		const run = { parameters, items: [{ json: {}, binary: { file } }] };
		const error = failure(await withKey('strange-key-id:strange-s3cret', run));
		expect(error).toMatchObject({
			name: 'NodeApiError',
			httpCode: '401',
			context: { itemIndex: 0 },
		});
		expect(error.message).toMatch(/does not know the API key/);
		expect(error.description).toMatch(/'API Key'/);
		expect(bench.fal.jobs).toEqual([]);
	});

	it.each<[string, string]>([
		['nothing', ''],
		['spaces', '   '],
		['a line break inside', 'first-part-id:sec\nond-s3cret-part'],
		['a space inside', 'first-part-id:second s3cret-part'],
		['a sign that no header carries', 'first-part-id:second\u200bs3cret-part'],
		['no colon', 'only-one-long-part'],
		['nothing after the colon', 'first-part-id:'],
		['nothing before the colon', ':second-s3cret-part'],
		['three parts', 'first-part-id:second-s3cret:third-s3cret'],
	])('a key that cannot be right: %s', async (_name, apiKey) => {
		const error = failure(await withKey(apiKey));
		expect(error.name).toBe('NodeOperationError');
		expect(error.message).toMatch(/'API Key'/);
		expect(error.description).toMatch(/fal\.ai\/dashboard\/keys/);
		expect(bench.fal.records).toEqual([]);
	});

	it.each([` ${KEY}`, `${KEY}\n`, `\t${KEY}\r\n`])(
		'a key with space around it is taken',
		async (apiKey) => {
			expect(made(await withKey(apiKey))).toHaveLength(1);
		},
	);

	it("is not repeated when fal's answer does", async () => {
		const [, secret] = KEY.split(':');
		const texts = [`Bad key ${KEY}`, `Bad secret ${secret}`, { detail: [{ msg: `Key ${KEY}` }] }];
		for (const body of texts) {
			bench.take({ stage: 'submit', kind: 'status', status: 403, body });
			expect(failure(await bench.edit()).description).toContain('[API key]');
		}
	});
});

describe('no way to fal', () => {
	it.each(Object.entries(UNREACHABLE))('%s', async (host, message) => {
		const error = failure((await unreachable)[host]!);
		expect(error.name).toBe('NodeOperationError');
		expect(error.message).toMatch(message);
		expect(error.description).toMatch(/connection/);
		expect(error.context).toMatchObject({ itemIndex: 0 });
	});

	it.each(['no-address', 'ftp://example.com', 'javascript:alert(1)'])(
		'a proxy address that is none: %s',
		async (proxyUrl) => {
			const error = failure(await bench.edit({ credential: { apiKey: KEY, proxyUrl } }));
			expect(error.message).toMatch(/'Proxy URL'/);
			expect(bench.fal.records).toEqual([]);
		},
	);
});

it.each(['html', 'broken-json', 'empty', 'no-request-id', 'drop-after', '500-html', '502', '504'])(
	'an order that fal may have taken is not sent again, and the description says so: %s',
	async (kind) => {
		bench.take({ stage: 'submit', kind });
		const error = failure(await bench.edit());
		expect(error.description).toMatch(/may have taken/);
		expect(bench.calls('submit')).toHaveLength(1);
	},
);
