import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { made, PUBLIC_URL, rows, until, useEditBench } from '../../../support/edit';
import { makeImage, readOutputs, sha256 } from '../../../support/images';

const bench = useEditBench();
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});
afterEach(() => Object.assign(bench.fal.settings, { image: 'tiny' }));

const PROMPT = { prompt: '={{ $json.value }}' };
const rowOf = ({ json }: INodeExecutionData) => json.row;

/** Five rows of which the third is bad; the rows' prompts, and what is seen of the bad one. */
/** The most requests that were at fal at one time, from the order to the fetched result. */
function mostAtOnce(): number {
	const spans = bench.fal.jobs.map(
		(job) => [job.submittedAt, job.resultFetchedAt[0] ?? Infinity] as const,
	);
	return Math.max(
		...spans.map(([at]) => spans.filter(([from, to]) => from <= at && at < to).length),
	);
}

describe('items side by side', () => {
	const PROMPTS = Array.from({ length: 10 }, (_, row) => `edit ${row}`);
	const jobOf = (prompt: string | undefined) =>
		bench.fal.jobs.find(({ input }) => (input as IDataObject).prompt === prompt);
	/** Each ends at fal only after the one that came next, so the last one is the first to end. */
	beforeEach(() => {
		for (const [row, prompt] of PROMPTS.slice(0, -1).entries()) {
			const nextHasEnded = () => jobOf(PROMPTS[row + 1])?.state === 'COMPLETED';
			const endsLater = async () => await until(nextHasEnded);
			const rule = {
				stage: 'queue',
				kind: 'latency',
				match: { prompt },
				until: endsLater,
			} as const;
			bench.fal.faults.add(rule);
		}
	});
	const waiting = rows(PROMPTS);

	it('come out in the order of the input, each with its own images', async () => {
		const images = new Map<string, Buffer>();
		for (const { json } of waiting)
			for (const index of [0, 1])
				images.set(`${String(json.value)} ${index}`, await makeImage('png', images.size));
		bench.fal.settings.image = ({ prompt, index }) => images.get(`${prompt} ${index}`)!;
		const items = made(
			await bench.edit({ items: waiting, parameters: { ...PROMPT, numImages: 2 } }),
		);
		expect(items.map(({ json }) => [json.row, json.index])).toEqual(
			PROMPTS.flatMap((_, row) => [
				[row, 0],
				[row, 1],
			]),
		);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(
			PROMPTS.flatMap((_, item) => [{ item }, { item }]),
		);
		expect((await readOutputs(items)).map(sha256)).toEqual([...images.values()].map(sha256));
	});

	it('are at fal at the same time', async () => {
		made(await bench.edit({ items: waiting, parameters: PROMPT }));
		expect(mostAtOnce()).toBe(PROMPTS.length);
	});

	it.each([1, 2, 3])('are never more at fal than Items Per Batch: %i', async (batchSize) => {
		const options = { batching: { batch: { batchSize, batchInterval: 0 } } };
		const items = rows(['one', 'two', 'three', 'four', 'five', 'six']);
		const atFal = () => bench.fal.jobs.filter((job) => job.resultFetchedAt.length === 0);
		const isFull = () => atFal().length >= batchSize || bench.fal.jobs.length === items.length;
		const untilFull = async () => await until(isFull);
		bench.fal.faults.add({ stage: 'queue', kind: 'latency', until: untilFull });
		expect(made(await bench.edit({ items, parameters: PROMPT, options }))).toHaveLength(6);
		expect(mostAtOnce()).toBe(batchSize);
	});

	it('are all made with a pause between the starts', async () => {
		const options = { batching: { batch: { batchSize: -1, batchInterval: 20 } } };
		const items = made(
			await bench.edit({ items: rows(['one', 'two', 'three']), parameters: PROMPT, options }),
		);
		expect(items.map(rowOf)).toEqual([0, 1, 2]);
	});
});
