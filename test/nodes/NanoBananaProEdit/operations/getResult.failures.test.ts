import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { PUBLIC_URL, useEditBench } from '../../../support/edit';
import { makeImage } from '../../../support/images';

const bench = useEditBench();

/** How an earlier request can have ended without images, what is said of it, and fal's HTTP status. */
const ENDS: Array<[name: string, prompt: string, message: RegExp, advice: RegExp, code: number]> = [
	[
		'refused by the model',
		'b [fault: result=refusal-422]',
		/could not make an image/,
		/images/,
		422,
	],
	['refused by the filter', 'b [fault: result=422-policy]', /filter refused/, /Safety/, 422],
	['failed at fal', 'b [fault: result=completed-error]', /on fal's side/, /not charge/, 500],
	['was too late to start', 'b [fault: result=user_timeout]', /start timeout/, /again/, 504],
	['was cancelled', 'cancelled [latency: 600000]', /was cancelled at fal/, /again/, 499],
	['is unknown to fal', 'unknown', /does not know this request/, /'Request ID'/, 404],
	['is kept by fal no longer', 'b [fault: result=404]', /no longer keeps the result/, /hour/, 404],
	['made no image', 'b [fault: result=empty-images]', /no image/, /prompt/, 200],
	[
		'made images that are gone',
		'b [fault: download=expired]',
		/no longer at fal/,
		/Expiration/,
		404,
	],
];
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

describe('a request without images: what Get Result says when it', () => {
	let failed: INodeExecutionData[] = [];
	let good: INodeExecutionData[] = [];
	let ids: unknown[] = [];

	// All in one run, so that they wait side by side, with a good one among them.
	beforeAll(async () => {
		bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
		const submitted = await bench.submitAll([...ENDS.map(([, prompt]) => prompt), 'good']);
		await bench.run('cancel', {
			items: submitted.filter(({ json }) => /^cancelled/.test(String(json.prompt))),
		});
		const items = submitted.map(({ json }) =>
			json.prompt === 'unknown' ? { json: { ...json, request_id: UNKNOWN } } : { json },
		);
		ids = items.map(({ json }) => json.request_id);
		const node = { onError: 'continueErrorOutput' as const };
		[good = [], failed = []] = (await bench.run('getResult', { items, node })).outputs;
	});

	const failureOf = (name: string) => {
		const row = ENDS.findIndex(([one]) => one === name);
		return { row, json: failed.find(({ json }) => json.row === row)?.json ?? {} };
	};

	it.each(ENDS)('%s', (name, _prompt, message, advice, code) => {
		const { row, json } = failureOf(name);
		const details = json.details as IDataObject;
		expect(json.error).toMatch(message);
		expect(details.description).toMatch(advice);
		expect(details.description).toContain(ids[row]);
		expect(details.request_id).toBe(ids[row]);
		// An answer without images comes with HTTP 200, which need not stand in an error.
		expect(details.http_code ?? 200).toBe(code);
	});

	it('differs from one to the other', () => {
		expect(new Set(failed.map(({ json }) => json.error)).size).toBe(ENDS.length);
	});

	it('costs a good one nothing', () => {
		expect(good.map(({ json }) => json.prompt)).toEqual(['good']);
		expect(good[0]?.binary).toHaveProperty('data');
	});
});

it("says so when fal's time for keeping the result is over", async () => {
	const items = await bench.submitAll(['long ago']);
	bench.fal.settings.resultRetention = -1;
	const { error } = await bench.run('getResult', { items });
	bench.fal.settings.resultRetention = 3_600_000;
	expect(error?.message).toMatch(/no longer keeps the result/);
	expect(error?.description).toContain('about an hour');
});

it('passing failures of fal cost the images nothing', async () => {
	const faults = [
		'result=503 x1',
		'result=late-result 600000ms x1',
		'stream=404 x1',
		'download=cut-short x1',
	];
	const items = await bench.submitAll(faults.map((fault) => `blue [fault: ${fault}]`));
	const { outputs, error } = await bench.run('getResult', { items });
	expect(error).toBeUndefined();
	expect(outputs[0]?.map(({ json }) => json.row)).toEqual([0, 1, 2, 3]);
});
