import type { IDataObject } from 'n8n-workflow';
import { failure, made, PUBLIC_URL, rows, useEditBench, type EditRun } from '../../../support/edit';
import { dataUri, makeImage } from '../../../support/images';

const bench = useEditBench({ proxyAllows: ['api.fal.ai/'] });
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});
afterEach(() => (bench.fal.settings.proxyAllows = ['api.fal.ai/']));

const getMany = async (parameters: IDataObject = {}, run: EditRun = {}) =>
	await bench.run('getMany', { ...run, parameters });
const prompts = async (parameters: IDataObject = {}, run: EditRun = {}) =>
	made(await getMany(parameters, run)).map(({ json }) => json.prompt);

/** Orders, so many days ago each. */
async function ordered(ages: number[]): Promise<void> {
	await bench.submitAll(ages.map((days) => `${days} days ago`));
	for (const [at, job] of bench.fal.jobs.entries()) {
		job.submittedAt -= ages[at]! * DAY + 5_000;
		job.completedAt = job.submittedAt + 1_500;
		job.startedAt = job.submittedAt + 500;
	}
}

it('gives an item a request, newest first, in the names of fal', async () => {
	await ordered([2, 0, 1]);
	const out = made(await getMany());
	const [, newest] = bench.fal.jobs;
	expect(out.map(({ json }) => json.prompt)).toEqual(['0 days ago', '1 days ago', '2 days ago']);
	expect(out[0]).toEqual({
		json: {
			request_id: newest?.id,
			status_code: 200,
			sent_at: new Date(newest!.submittedAt).toISOString(),
			started_at: new Date(newest!.startedAt!).toISOString(),
			ended_at: new Date(newest!.completedAt!).toISOString(),
			duration: 1,
			prompt: '0 days ago',
			image_urls: [PUBLIC_URL],
			images: [expect.objectContaining({ content_type: 'image/png' })],
		},
		pairedItem: { item: 0 },
	});
});

it('leaves out what fal does not give, and images that are no address', async () => {
	const image = dataUri(await makeImage());
	const images = { values: [{ source: 'url', url: image }] };
	made(await bench.run('submit', { parameters: { images } }));
	await bench.settled();
	const [inline] = made(await getMany());
	expect(inline?.json).toMatchObject({ prompt: 'make it blue', image_urls: [] });
	bench.fal.jobs[0]!.submittedAt -= 40 * DAY;
	const [old] = made(await getMany({ filters: { requestId: bench.fal.jobs[0]?.id } }));
	expect(Object.keys(old?.json ?? {}).sort()).toEqual(
		['duration', 'ended_at', 'request_id', 'sent_at', 'started_at', 'status_code'].sort(),
	);
});

describe('how many', () => {
	it.each<[IDataObject, number]>([
		[{}, 50],
		[{ limit: 3 }, 3],
		[{ limit: '120' }, 120],
		[{ returnAll: true }, 130],
	])('%j gives %i of 130', async (parameters, count) => {
		await ordered(Array<number>(130).fill(0));
		expect(made(await getMany(parameters))).toHaveLength(count);
		expect(bench.calls('history')).toHaveLength(count > 100 ? 2 : 1);
	});

	it('is each item’s own, and the items stay linked', async () => {
		await ordered([0, 0, 0]);
		const items = rows([1, 2]);
		const out = made(await getMany({ limit: '={{ $json.value }}' }, { items }));
		expect(out.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 1 },
		]);
	});
});

describe('filters', () => {
	const ago = (days: number) => new Date(Date.now() - days * DAY).toISOString();

	it('without one: the last 30 days', async () => {
		await ordered([0, 29, 31]);
		expect(await prompts()).toEqual(['0 days ago', '29 days ago']);
	});

	it('times', async () => {
		await ordered([0, 3, 6, 50]);
		expect(await prompts({ filters: { startedAfter: ago(4) } })).toEqual([
			'0 days ago',
			'3 days ago',
		]);
		expect(await prompts({ filters: { startedBefore: ago(4) } })).toEqual(['6 days ago']);
		const filters = { startedAfter: ago(7), startedBefore: ago(2) };
		expect(await prompts({ filters })).toEqual(['3 days ago', '6 days ago']);
	});

	it.each([
		['={{ $now.minus({ days: 4 }) }}'],
		['={{ $now.minus({ days: 4 }).toMillis() }}'],
		['={{ $now.minus({ days: 4 }).toISO() }}'],
	])('a time from an expression: %s', async (startedAfter) => {
		await ordered([3, 6]);
		expect(await prompts({ filters: { startedAfter } })).toEqual(['3 days ago']);
	});

	it("a time without a zone is in the workflow's", async () => {
		const settings = { timezone: 'Asia/Tokyo' };
		const filters = { startedAfter: '2026-07-01T09:30:00', startedBefore: '2026-07-02' };
		await getMany({ filters }, { settings });
		const [call] = bench.calls('history');
		const query = new URL(call!.url).searchParams;
		expect(query.get('start')).toBe('2026-07-01T00:30:00.000Z');
		expect(query.get('end')).toBe('2026-07-01T15:00:00.000Z');
	});

	it('status and request', async () => {
		await bench.submitAll(['good', 'bad [fault: result=422-policy]']);
		expect(await prompts({ filters: { status: 'success' } })).toEqual(['good']);
		expect(await prompts({ filters: { status: 'user_error' } })).toHaveLength(1);
		const requestId = ` ${bench.fal.jobs[1]?.id} `;
		expect(await prompts({ filters: { requestId } })).toHaveLength(1);
	});

	it.each<[IDataObject, RegExp]>([
		[{ filters: { startedAfter: 'soon' } }, /'Started After' must be a date/],
		[{ filters: { status: 'failed' } }, /'Status' must be one of/],
		[{ filters: { requestId: '../x' } }, /'Request ID' must be/],
		[{ limit: 0 }, /'Limit' must be/],
	])('what fal would not take is found before: %j', async (parameters, message) => {
		// n8n itself refuses some of them, in its own words.
		const error = failure(await getMany(parameters));
		expect(error.message).toMatch(message);
		expect(bench.fal.records).toEqual([]);
	});
});

describe('no access', () => {
	it.each([
		['401-error', /does not recognize the API key/],
		['403-error', /refused this API key/],
		['404-error', /request history cannot be reached/],
	])('is an error in plain words: %s', async (kind, message) => {
		bench.fal.faults.add({ stage: 'history', kind });
		expect(failure(await getMany()).message).toMatch(message);
	});

	it("is what fal's own proxy gives", async () => {
		bench.fal.settings.proxyAllows = [];
		const error = failure(await getMany());
		expect(error.message).toMatch(/cannot be reached/);
		expect(error.description).toMatch(/'Proxy URL'/);
	});
});
