import {
	failure,
	fromFields,
	made,
	PUBLIC_URL,
	rows,
	until,
	useEditBench,
} from '../../../support/edit';
import { nodeOfAnotherProcess } from '../../../support/anotherProcess';
import { makeImage, sha256, storeImage } from '../../../support/images';

const bench = useEditBench({ proxyAllows: ['api.fal.ai/'] }, 'filesystem');
beforeEach(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

const BY_ROW = { prompt: '={{ $json.value }}' };
const lost = { stage: 'submit', kind: 'drop-after' } as const;
const orders = () => bench.fal.jobs.length;
const ids = () => bench.fal.jobs.map(({ id }) => id).sort();

describe('an order whose answer was lost', () => {
	it.each(['drop-after', 'half-answer', 'html', 'no-request-id'])(
		'is found in the history, and delivered: %s',
		async (kind) => {
			bench.take({ stage: 'submit', kind });
			const result = await bench.edit();
			const [item] = made(result);
			expect(item?.json.request_id).toBe(bench.fal.jobs[0]?.id);
			expect(item?.binary).toHaveProperty('data');
			expect(JSON.stringify(result.run.data.resultData.metadata)).not.toContain('fal_in_doubt');
			expect(orders()).toBe(1);
		},
	);

	it('is found by Submit Edit, with its addresses', async () => {
		bench.take(lost);
		const [item] = made(await bench.run('submit'));
		const id = String(bench.fal.jobs[0]?.id);
		expect(item?.json).toMatchObject({ request_id: id, status: 'IN_QUEUE' });
		expect(item?.json.status_url).toMatch(new RegExp(`/requests/${id}/status$`));
	});

	it('is found though it is listed late', async () => {
		bench.take(lost);
		const [item] = made(await bench.edit({ parameters: { prompt: 'late [listed: 1500]' } }));
		expect(item?.json.request_id).toBe(bench.fal.jobs[0]?.id);
		expect(bench.calls('history').length).toBeGreaterThan(1);
	});

	it('is found among many, on the second page', async () => {
		const many = Array.from({ length: 104 }, (_, row) => `order ${row}`);
		bench.take({ ...lost, match: { prompt: 'order 50' } });
		const out = made(await bench.run('submit', { items: rows(many), parameters: BY_ROW }));
		expect(out.map(({ json }) => json.request_id).sort()).toEqual(ids());
	});

	it('is each its own where two are equal', async () => {
		bench.take(lost);
		const items = rows(['same edit', 'same edit', 'same edit']);
		const out = made(await bench.edit({ items, parameters: BY_ROW }));
		expect(out.map(({ json }) => json.request_id).sort()).toEqual(ids());
		expect(orders()).toBe(3);
	});

	it.each([1, 2])(
		'of %d images is not an equal one whose answer is on its way',
		async (numImages) => {
			// fal has never seen the first, and the second is in the history before its answer arrives.
			bench.take({ stage: 'submit', kind: 'drop-before', times: 1 });
			bench.fal.faults.add({
				...{ stage: 'submit', kind: 'slow', times: 1 },
				until: async () =>
					await until(() => bench.calls('history').length > 2 || bench.calls('stream').length > 0),
			});
			const out = await bench.edit({
				items: rows(['the same edit', 'the same edit']),
				parameters: { ...BY_ROW, numImages },
				options: { timeout: 4, outputMode: 'singleItem' },
				node: { onError: 'continueRegularOutput' },
			});
			const given = out.outputs.flat().map(({ json }) => json.request_id);
			expect(given).toEqual([undefined, ids()[0]]);
		},
	);

	it('is another one than that with another image, or another seed', async () => {
		const images = await Promise.all([1, 2, 3].map((seed) => storeImage('a.png', seed)));
		const items = images.map(({ file }, row) => ({ json: { row }, binary: { photo: file } }));
		bench.take(lost);
		const options = { seed: '={{ Math.floor(Math.random() * 1e9) }}' };
		const out = made(
			await bench.edit({ items, parameters: { images: fromFields('photo') }, options }),
		);
		expect(out).toHaveLength(3);
		for (const { json } of out) {
			const job = bench.fal.jobs.find(({ id }) => id === json.request_id);
			const [url] = (job?.input as { image_urls: string[] }).image_urls;
			const upload = bench.fal.uploads.find(({ fileUrl }) => fileUrl === url);
			expect(upload?.sha256).toBe(sha256(images[Number(json.row)]!.bytes));
		}
	});
});

describe('what stays in doubt', () => {
	const SHORT = { timeout: 2 };

	it('an order that fal has not taken, and no other is made', async () => {
		made(await bench.edit({ parameters: { prompt: 'make it blue' } }));
		bench.take({ stage: 'submit', kind: 'drop-before' });
		const node = { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 };
		const error = failure(await bench.edit({ options: SHORT, node }));
		expect(error.message).toMatch(/connection to fal broke/);
		expect(error.description).toMatch(/may have taken the edit/);
		// The equal one from before is another execution's.
		expect(orders()).toBe(1);
	});

	it.each(['401-error', '403-error', '404-error'])(
		'one where the history may not be read, said at once: %s',
		async (kind) => {
			bench.take(lost);
			bench.fal.faults.add({ stage: 'history', kind });
			const result = await bench.edit();
			expect(failure(result).description).toMatch(/may have taken the edit.*dashboard/);
			expect(bench.calls('history')).toHaveLength(1);
			expect(orders()).toBe(1);
		},
	);

	it('is counted, where another row stops the node', async () => {
		bench.take({ ...lost, match: { prompt: 'lost' } });
		bench.fal.faults.add({ stage: 'history', kind: '401-error' });
		bench.fal.faults.add({
			...{ stage: 'submit', kind: '422-list', match: { prompt: 'bad' } },
			until: async () => await until(() => bench.calls('history').length > 1),
		});
		const items = rows(['lost one', 'lost two', 'bad']);
		const { description } = failure(await bench.edit({ items, parameters: BY_ROW }));
		expect(description).toMatch(/ 2 submits got no answer: fal may have taken the edit/);
	});

	it('one with Sync Mode, which fal keeps out of its history', async () => {
		bench.take(lost);
		expect(failure(await bench.edit({ options: { syncMode: true } })).description).toMatch(
			/may have taken/,
		);
		expect(bench.calls('history')).toEqual([]);
	});

	it('but not for a history that fails for a moment', async () => {
		bench.take(lost);
		bench.fal.faults.add({ stage: 'history', kind: '500', times: 2 });
		expect(made(await bench.edit())).toHaveLength(1);
	});
});

describe('a stop while it is looked for', () => {
	const parameters = { prompt: 'late [listed: 2500]' };

	async function stopped() {
		bench.take(lost);
		let stop = () => {};
		const running = bench.edit({ parameters, onStart: (run) => (stop = run) });
		await until(() => bench.calls('history').length > 0);
		stop();
		const { run } = await running;
		bench.fal.faults.clear();
		return run;
	}

	it('leaves it to the next try, which takes it up', async () => {
		const out = made(await bench.edit({ parameters, retryOf: await stopped() }));
		expect(out[0]?.json.request_id).toBe(bench.fal.jobs[0]?.id);
		expect(orders()).toBe(1);
	});

	it('so does the death of n8n, with what it saved before an answer could come', async () => {
		const run = await stopped();
		const { contextData } = run.data.executionData!;
		const saved = Object.values(contextData['node:Edit']?.requests as object).flat();
		for (const { state } of saved as Array<{ state: { status: string } }>) {
			expect(state.status).toBe('unconfirmed');
			state.status = 'submitting';
		}
		const nodeType = nodeOfAnotherProcess();
		const out = made(await bench.edit({ parameters, retryOf: run, nodeType }));
		expect(out[0]?.json.request_id).toBe(bench.fal.jobs[0]?.id);
		expect(orders()).toBe(1);
	});
});
