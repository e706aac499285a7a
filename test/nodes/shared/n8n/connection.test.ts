import {
	failure,
	fromFields,
	KEY,
	made,
	PUBLIC_URL,
	useEditBench,
	type EditRun,
} from '../../../support/edit';
import type { NodeResult } from '../../../support/engine';
import { makeImage, storeImage } from '../../../support/images';

const LOCKED = 'locked-key-id:locked-key-s3cret';
const bench = useEditBench();

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
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
	unreachable = callUnreachable();
});
afterEach(() => Object.assign(bench.fal.settings, { lockedKeys: {} }));

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
		const { file } = await storeImage();
		const parameters = way === 'with a file' ? { images: fromFields('*') } : {};
		const run = { parameters, items: [{ json: {}, binary: { file } }] };
		const error = failure(await withKey('strange-key-id:strange-s3cret', run));
		expect(error).toMatchObject({
			name: 'NodeApiError',
			httpCode: '401',
			context: { itemIndex: 0 },
		});
		expect(error.message).toMatch(/does not recognize the API key/);
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
		expect(error.description).toMatch(/internet/);
		expect(error.context).toMatchObject({ itemIndex: 0 });
	});

	it('a log-in page that a download is sent on to, and that is not there', async () => {
		const location = 'http://login.hotel.invalid/portal';
		bench.take({ stage: 'download', kind: 'status', status: 302, headers: { location } });
		const error = failure(await bench.edit());
		expect(error.message).toMatch(/redirected to login\.hotel\.invalid, which n8n cannot reach,/);
		expect(error.description).not.toMatch(/HTTPS_PROXY/);
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
