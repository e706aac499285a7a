import { randomUUID } from 'node:crypto';
import { LOST_REQUEST } from '../../../../nodes/shared/limits';
import { failure, fromUrl, made, PUBLIC_URL, useEditBench } from '../../../support/edit';
import { makeImage } from '../../../support/images';

const bench = useEditBench({ proxyAllows: ['api.fal.ai/'] });
beforeEach(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});
afterEach(() => jest.restoreAllMocks());

/** Of several images, since one has a seed that tells it from all others. */
const REQUEST = { prompt: 'make it blue', image_urls: [PUBLIC_URL], num_images: 2 };
const SECONDS = 1_000;

interface Past {
	/** ms after our sending */
	after: number;
	json_input?: unknown;
}

/** Sends an order that fal has never seen, while its history lists these. Gives which of them is taken for ours. */
async function takenFrom(past: Past[], { ahead = 0, dated = true } = {}) {
	jest.replaceProperty(LOST_REQUEST, 'submit', 0);
	const now = Date.now() + ahead;
	const items = past.map(({ after, json_input = REQUEST }) => ({
		// The process remembers what it has taken: each is a new one.
		...{ request_id: randomUUID(), json_input },
		sent_at: Number.isNaN(after) ? undefined : new Date(now + after).toISOString(),
	}));
	const date = dated ? new Date(now).toUTCString() : '';
	bench.take({ stage: 'submit', kind: 'drop-before' });
	bench.fal.faults.add({
		...{ stage: 'history', kind: 'status', status: 200, headers: { date } },
		body: { items, has_more: false },
	});
	const result = await bench.run('submit', {
		parameters: { images: fromUrl(PUBLIC_URL), numImages: 2 },
	});
	expect(new Set(bench.calls('history').map(({ statusCode }) => statusCode))).toEqual(
		new Set([200]),
	);
	if (result.error) return expect(failure(result).description).toContain('may have taken');
	const given = made(result)[0]?.json.request_id;
	return items.findIndex(({ request_id }) => request_id === given);
}

it.each([
	['at the same moment', 0],
	['a little earlier by its own clock', -LOST_REQUEST.early + 2 * SECONDS],
	['as late as a submit may be', LOST_REQUEST.late - 5 * SECONDS],
])('a request that fal has received %s is ours', async (_, after) => {
	expect(await takenFrom([{ after }])).toBe(0);
});

it.each([
	['before we sent it', -LOST_REQUEST.early - 5 * SECONDS],
	['long after we sent it', LOST_REQUEST.late + 5 * SECONDS],
	['at no time that it names', NaN],
])('a request that fal has received %s is not ours', async (_, after) => {
	expect(await takenFrom([{ after }])).toBeUndefined();
});

it('the likeliest is ours: the one that is nearest, whatever stands first', async () => {
	const past = [60, 20, 1, 90].map((after) => ({ after: after * SECONDS }));
	expect(await takenFrom(past)).toBe(2);
});

it('another order of that moment is not ours', async () => {
	const json_input = { ...REQUEST, seed: 7 };
	expect(await takenFrom([{ after: 0, json_input }])).toBeUndefined();
});

describe("fal's clock", () => {
	const HOUR = 3_600 * SECONDS;

	it('counts for what fal has written by it', async () => {
		expect(await takenFrom([{ after: 0 }], { ahead: HOUR })).toBe(0);
		expect(await takenFrom([{ after: HOUR }], { ahead: -HOUR })).toBeUndefined();
	});

	it('is taken for ours where fal does not tell it', async () => {
		expect(await takenFrom([{ after: 0 }], { dated: false })).toBe(0);
		expect(await takenFrom([{ after: 0 }], { dated: false, ahead: HOUR })).toBeUndefined();
	});
});

it('looks from a minute before on, since clocks differ', async () => {
	const before = Date.now();
	await takenFrom([]);
	const { url } = bench.calls('history')[0]!;
	const start = Date.parse(new URL(url).searchParams.get('start') ?? '');
	expect(start).toBeGreaterThanOrEqual(before - LOST_REQUEST.clockSkew - LOST_REQUEST.early);
	expect(start).toBeLessThanOrEqual(Date.now() - LOST_REQUEST.clockSkew);
});
