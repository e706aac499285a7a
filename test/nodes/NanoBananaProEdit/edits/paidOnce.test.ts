import type { INodeExecutionData } from 'n8n-workflow';
import { failure, fromFields, made, PUBLIC_URL, rows, useEditBench } from '../../../support/edit';
import { renameStored, type NodeResult } from '../../../support/engine';
import { makeImage, storeImage } from '../../../support/images';

const bench = useEditBench({}, 'filesystem');
beforeEach(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

const BY_ROW = { prompt: '={{ $json.value }}' };
const continues = { onError: 'continueRegularOutput' as const };
const tries = (maxTries: number) => ({ retryOnFail: true, maxTries, waitBetweenTries: 0 });
const fails = 'first [fault: result=401 x2]';
const orders = () => bench.fal.jobs.length;
const texts = (result: NodeResult) =>
	JSON.stringify([result.outputs, result.error?.message, result.error?.description]);

describe('what an expression gives on a second try', () => {
	it.each([
		['a drawn seed', { ...BY_ROW, options: { seed: '={{ Math.floor(Math.random() * 1e9) }}' } }],
		['the time in the prompt', { prompt: '={{ $now.toMillis() + " " + $json.value }}' }],
	])('makes no second order: %s', async (_name, parameters) => {
		const items = rows([fails, 'two', 'three', 'four', 'five', 'six']);
		const out = made(await bench.edit({ items, parameters, node: { ...continues, ...tries(3) } }));
		expect(out.filter(({ binary }) => binary)).toHaveLength(6);
		expect(orders()).toBe(6);
	});

	it('does not send an order in doubt again', async () => {
		bench.take({ stage: 'submit', kind: 'drop-after' });
		const parameters = { prompt: '={{ "at " + $now.toMillis() }}' };
		failure(await bench.edit({ parameters, node: tries(3) }));
		expect(orders()).toBe(1);
	});
});

describe("n8n's Retry execution", () => {
	const photos = async (name?: string) => [
		{ json: {}, binary: { photo: (await storeImage(name)).file } },
	];
	const parameters = { prompt: 'later [fault: download=503 x9]', images: fromFields('photo') };

	it.each([{}, { mimeType: undefined as unknown as string }])(
		'takes up the order of a file that n8n has renamed meanwhile: %j',
		async (changed) => {
			const file = { ...(await storeImage()).file, ...changed };
			const first = await bench.edit({
				items: [{ json: {}, binary: { photo: file } }],
				parameters,
			});
			failure(first);
			const photo = await renameStored(file, '/executions/1/', '/executions/77/');
			const items = [{ json: {}, binary: { photo } }];
			expect(made(await bench.edit({ items, parameters, retryOf: first.run }))).toHaveLength(1);
			expect(orders()).toBe(1);
		},
	);

	it('orders anew what the user has changed, and nothing else', async () => {
		const items = await photos();
		const first = await bench.edit({ items, parameters });
		const again = { items, retryOf: first.run };
		made(
			await bench.edit({
				...again,
				parameters,
				options: { timeout: 60, outputMode: 'singleItem' },
			}),
		);
		expect(orders()).toBe(1);
		made(await bench.edit({ ...again, parameters: { ...parameters, prompt: 'another' } }));
		expect(orders()).toBe(2);
		made(await bench.edit({ items: await photos('other.png'), parameters, retryOf: first.run }));
		expect(orders()).toBe(3);
	});

	it('names what was ordered where it cannot even begin', async () => {
		const first = await bench.edit({ items: rows(['one', fails]), parameters: BY_ROW });
		const credential = { ...bench.credential, apiKey: 'k3y-w1thout-a-colon' };
		const second = await bench.edit({
			...{ items: rows(['one', fails]), parameters: BY_ROW, retryOf: first.run, credential },
		});
		const { description } = failure(second);
		for (const { id } of bench.fal.jobs) expect(description).toContain(id);
		expect(description).toContain('submitted before the node stopped');
	});
});

describe('what was fetched once', () => {
	it.each([
		['addresses', {}],
		['images in the answer', { syncMode: true }],
	])('is delivered though fal has dropped it: %s', async (_name, options) => {
		const items = rows([fails, 'second [fault: result=404 @2]', 'third [fault: result=404 @2]']);
		const node = { ...continues, ...tries(3) };
		const out = made(await bench.edit({ items, parameters: BY_ROW, options, node }));
		expect(out.map(({ json, binary }) => [json.row, Boolean(binary)])).toEqual([
			[0, true],
			[1, true],
			[2, true],
		]);
		expect(orders()).toBe(3);
	});
});

it('delivers an item that holds itself', async () => {
	const json: INodeExecutionData['json'] = { value: 'one' };
	json.self = json;
	const [item] = made(await bench.edit({ items: [{ json }], parameters: BY_ROW }));
	expect(item?.json.request_id).toBe(bench.fal.jobs[0]?.id);
});

it('takes an image that comes packed, though its length is that of the packed bytes', async () => {
	const parameters = { prompt: 'b [fault: download=gzip]' };
	expect(made(await bench.edit({ parameters }))[0]?.binary?.data?.mimeType).toBe('image/png');
	expect(bench.calls('download')).toHaveLength(1);
	expect(bench.calls('download')[0]?.headers['accept-encoding']).toBe('identity');
});

it("says fal's words in a few hundred characters, cut at a word", async () => {
	const long = 'too many words '.repeat(20_000);
	const entry = { loc: ['body', long], msg: long, type: long.replaceAll(' ', '_') };
	bench.fal.faults.add({ stage: 'result', kind: 'status', status: 422, body: { detail: [entry] } });
	const result = await bench.edit();
	expect(texts(result).length).toBeLessThan(1_500);
	expect(failure(result).description).toMatch(/words?…/);
});
