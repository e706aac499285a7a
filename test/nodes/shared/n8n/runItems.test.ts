import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { failure, fromFields, PUBLIC_URL, rows, useEditBench } from '../../../support/edit';
import { storeFile } from '../../../support/engine';
import { makeImage, storeImage } from '../../../support/images';

const bench = useEditBench();
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});
afterEach(() => Object.assign(bench.fal.settings, { image: 'tiny' }));

const PROMPT = { prompt: '={{ $json.value }}' };
const rowOf = ({ json }: INodeExecutionData) => json.row;

/** Five rows of which the third is bad; the rows' prompts, and what is seen of the bad one. */
const BAD: Array<[name: string, prompt: string, message: RegExp, paid: number]> = [
	['a mistake of the user', '', /'Prompt'/, 0],
	['a refusal of the model', 'b [fault: result=refusal-422]', /could not make/, 1],
	['an answer without images', 'b [fault: result=empty-images]', /no image|no usable/, 1],
	['an image that cannot be downloaded', 'b [fault: download=expired]', /./, 1],
];
const five = (bad: string) => rows(['one', 'two 2', bad, 'four', 'five']);

describe.each(BAD)('with On Error = Continue, %s in row 3 of 5', (_name, prompt, message, paid) => {
	const run = async (onError: 'continueRegularOutput' | 'continueErrorOutput') =>
		await bench.edit({ items: five(prompt), parameters: PROMPT, node: { onError } });

	it('stands in its place on the one output, as error and details only', async () => {
		const { outputs, error } = await run('continueRegularOutput');
		expect(error).toBeUndefined();
		expect(outputs).toHaveLength(1);
		const [first, second, third, fourth, fifth] = outputs[0] ?? [];
		expect([first, second, fourth, fifth].map((item) => rowOf(item!))).toEqual([0, 1, 3, 4]);
		expect(Object.keys(third?.json ?? {}).sort()).toEqual(['details', 'error']);
		expect(third?.json.error).toMatch(message);
		expect((third?.json.details as IDataObject).description).toBeTruthy();
		expect(third).not.toHaveProperty('error');
		expect(outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2, 3, 4].map((item) => ({ item })),
		);
	});

	it("goes to the error output with the input's fields", async () => {
		const { outputs, error } = await run('continueErrorOutput');
		expect(error).toBeUndefined();
		expect(outputs.map((items) => items.length)).toEqual([4, 1]);
		expect(outputs[0]?.map(rowOf)).toEqual([0, 1, 3, 4]);
		for (const item of outputs[0] ?? []) expect(Object.keys(item.binary ?? {})).toEqual(['data']);
		const [failed] = outputs[1] ?? [];
		expect(failed?.json).toMatchObject({ row: 2, value: prompt });
		expect(failed?.json.error).toMatch(message);
		expect(failed?.json.details).toHaveProperty('description');
		expect(failed?.pairedItem).toEqual({ item: 2 });
	});

	it('costs the other rows nothing, and names its request once there is one', async () => {
		const { outputs } = await run('continueRegularOutput');
		expect(bench.calls('submit')).toHaveLength(4 + paid);
		const job = bench.fal.jobs.find(({ input }) => (input as IDataObject).prompt === prompt);
		expect((outputs[0]?.[2]?.json.details as IDataObject).request_id).toBe(job?.id);
	});
});

it("gives fal's type and HTTP code in the details", async () => {
	const node = { onError: 'continueRegularOutput' as const };
	const parameters = { prompt: 'b [fault: result=content_policy_violation]' };
	const [item] = (await bench.edit({ parameters, node })).outputs[0] ?? [];
	expect(item?.json.details).toEqual({
		description: expect.stringContaining('flagged by a content checker') as string,
		request_id: bench.fal.jobs[0]?.id,
		http_code: 422,
		type: 'content_policy_violation',
	});
});

it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
	'with %s a key that cannot be right fails every row and throws nothing',
	async (onError) => {
		const credential = { ...bench.credential, apiKey: 'only-one-long-part' };
		const { outputs, error } = await bench.edit({
			items: rows([1, 2, 3]),
			credential,
			node: { onError },
		});
		expect(error).toBeUndefined();
		const failed = outputs.at(-1) ?? [];
		expect(failed.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2].map((item) => ({ item })));
		for (const { json } of failed) expect(json.error).toMatch(/'API Key'/);
	},
);

describe('with On Error = Stop', () => {
	it.each([
		['an empty prompt', ''],
		['a prompt of two characters', 'ab'],
		['a prompt that is too long', 'x'.repeat(50_001)],
	])('%s in row 3 stops the node before anything is ordered', async (_name, prompt) => {
		const error = failure(await bench.edit({ items: five(prompt), parameters: PROMPT }));
		expect(error.context).toMatchObject({ itemIndex: 2 });
		expect(bench.fal.records).toEqual([]);
	});

	it('a file that is no image in row 3 stops the node before anything is ordered', async () => {
		const { file } = await storeImage();
		const text = await storeFile(Buffer.from('Hello'), 'a.png', 'image/png');
		const items = [file, file, text, file].map((data) => ({ json: {}, binary: { data } }));
		const error = failure(await bench.edit({ items, parameters: { images: fromFields('data') } }));
		expect(error.context).toMatchObject({ itemIndex: 2 });
		expect(bench.calls('submit')).toHaveLength(0);
	});

	it('a refusal in row 3 is what the node throws', async () => {
		const error = failure(
			await bench.edit({ items: five('b [fault: result=refusal-422]'), parameters: PROMPT }),
		);
		const job = bench.fal.jobs.find(({ resultStatus }) => resultStatus === 422);
		expect(error.context).toMatchObject({ itemIndex: 2, request_id: job?.id });
	});
});
