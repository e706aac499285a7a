import { ExecuteContext } from 'n8n-core';
import { LARGE_CALLS_IN_FLIGHT, SUBMIT_DEADLINE } from '../../../../nodes/shared/limits';
import {
	failure,
	fromFields,
	made,
	PUBLIC_URL,
	rows,
	until,
	useEditBench,
} from '../../../support/edit';
import { hold } from '../../../support/hold';
import { nodeOfAnotherProcess } from '../../../support/anotherProcess';
import { makeImage, storeImage } from '../../../support/images';

const bench = useEditBench({ proxyAllows: ['api.fal.ai/'] });
beforeEach(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});
afterEach(() => jest.restoreAllMocks());

const BY_ROW = { prompt: '={{ $json.value }}' };
const continues = { onError: 'continueRegularOutput' as const };
const ids = () => bench.fal.jobs.map(({ id }) => id);

it('gives the addresses that fal has given, also where they are not the usual ones', async () => {
	const request_id = '00000000-0000-4000-8000-000000000000';
	const address = (what: string) => `https://queue.fal.run/elsewhere/${request_id}/${what}`;
	const [status_url, response_url, cancel_url] = ['s', 'r', 'c'].map(address);
	const body = { status: 'IN_QUEUE', request_id, status_url, response_url, cancel_url };
	bench.take({ stage: 'submit', kind: 'status', status: 200, body });
	const [item] = made(await bench.run('submit'));
	expect(item?.json).toMatchObject({ request_id, status_url, response_url, cancel_url });
});

it('names those orders that fal has taken, and no other', async () => {
	bench.take({ stage: 'submit', kind: '422-list', match: { prompt: 'bad' } });
	const items = rows(['one', 'bad', 'two']);
	const { context } = failure(await bench.edit({ items, parameters: BY_ROW }));
	expect((context?.request_ids as string[]).sort()).toEqual(ids().sort());
});

it('an order whose answer was lost is found while another one is on its way', async () => {
	bench.take({ stage: 'submit', kind: 'drop-after', match: { prompt: 'lost' } });
	bench.fal.faults.add({
		...{ stage: 'submit', kind: 'slow', match: { prompt: 'other' } },
		until: async () => await until(() => bench.calls('download').length > 0),
	});
	const items = rows(['lost', 'other']);
	const run = { items, parameters: BY_ROW, options: { timeout: 8 }, node: continues };
	const { outputs } = await bench.edit(run);
	expect(outputs.flat().map(({ json }) => json.request_id)).toEqual(
		['lost', 'other'].map(
			(prompt) => bench.fal.jobs.find(({ input }) => Object(input).prompt === prompt)?.id,
		),
	);
});

it('a request that another process has made is not taken for an equal one that was lost', async () => {
	// The second is not sent before fal has the first, and never gets there.
	bench.take({ stage: 'submit', kind: 'drop-before', match: { nth: 2 } });
	const parameters = { ...BY_ROW, numImages: 2 };
	const items = rows(['the same edit', 'the same edit']);
	const run = { items, parameters, options: { timeout: 2 } };
	const first = await bench.edit(run);
	failure(first);
	bench.fal.faults.clear();
	const again = await bench.edit({ ...run, retryOf: first.run, nodeType: nodeOfAnotherProcess() });
	const { context, description } = failure(again);
	expect(context?.request_ids).toEqual(ids());
	expect(description).toContain('may have taken the edit');
	expect(ids()).toHaveLength(1);
});

it("n8n's log names each request that fal has taken, since a process that is killed saves nothing", async () => {
	const info: string[] = [];
	const logger = { ...console, info: (line: string) => info.push(line) };
	jest.spyOn(ExecuteContext.prototype, 'logger', 'get').mockReturnValue(logger as never);
	made(await bench.edit({ executionId: '77' }));
	expect(info).toEqual([`fal has taken the edit of item 0 of execution 77: request ${ids()[0]}`]);
});

describe('an order with its images in it', () => {
	const withPhotos = async (count: number) =>
		await Promise.all(
			Array.from({ length: count }, async (_, seed) => ({
				json: {},
				binary: { photo: (await storeImage('a.png', seed)).file },
			})),
		);
	const parameters = { images: fromFields('photo') };

	it('goes out with few others at a time', async () => {
		const found = bench.fill('submit', LARGE_CALLS_IN_FLIGHT, 6);
		const items = await withPhotos(6);
		made(await bench.edit({ items, parameters, options: { imageTransfer: 'dataUri' } }));
		expect(found()).toBe(LARGE_CALLS_IN_FLIGHT);
	});

	it('waits for its turn, which one without them does not', async () => {
		const answers = hold();
		bench.take({ stage: 'submit', kind: 'slow', until: answers.until });
		// One that has learned nothing of the account.
		const nodeType = nodeOfAnotherProcess();
		const running = bench.edit({ items: await withPhotos(6), parameters, nodeType });
		const areSent = until(() => bench.calls('submit').length === 6);
		await areSent.finally(answers.release);
		expect(made(await running)).toHaveLength(6);
	});

	it.each([
		['dataUri', false],
		['upload', true],
	])('has the time of a transfer, one without them that of an answer: %s', async (way, isLate) => {
		const timeout = AbortSignal.timeout.bind(AbortSignal);
		jest
			.spyOn(AbortSignal, 'timeout')
			.mockImplementation((ms) => timeout(ms === SUBMIT_DEADLINE ? 100 : ms));
		bench.take({ stage: 'submit', kind: 'slow', ms: 1_000 });
		bench.fal.faults.add({ stage: 'history', kind: '401-error' });
		const items = await withPhotos(1);
		const { error } = await bench.edit({ items, parameters, options: { imageTransfer: way } });
		expect(Boolean(error?.description?.includes('may have taken'))).toBe(isLate);
	});
});
