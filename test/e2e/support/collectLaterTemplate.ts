import type { Job } from '../../emulator';
import { allOutputOf, outputOf, runsOf, type ExecutionResult, type Item } from '../../n8n';
import { until } from '../../support/until';
import type { Bench } from './bench';
import { photo, sha256 } from './images';
import { fillIn } from './templates';

const TEMPLATE = 'submit-now-collect-later';

const imageOf = (name: unknown) => `https://example.com/${String(name)}.jpg`;

const rounds = fillIn(TEMPLATE, 'Give fal Time', () => ({ amount: 1, unit: 'seconds' }));

/** The template with rounds of a second, only so many of them, and images of the test's own. */
function templateFor(instructions: Record<string, string>, most: number) {
	const images = Object.entries(instructions).map(([name, instruction]) => ({
		name,
		image: imageOf(name),
		instruction,
	}));
	const filled = fillIn(TEMPLATE, 'Images and Instructions', () => ({
		jsonOutput: JSON.stringify({ images }),
	}));
	const limited = fillIn(TEMPLATE, 'Another Round?', ({ parameters }) => {
		const { conditions: all } = parameters as { conditions: { conditions: object[] } };
		const conditions = all.conditions.map((one) => ({ ...one, rightValue: most }));
		return { conditions: { ...all, conditions } };
	});
	return limited(filled(rounds()));
}

async function know(bench: Bench, names: string[]): Promise<void> {
	const image = await photo('web.webp');
	bench.fal.settings.publicFiles = Object.fromEntries(names.map((name) => [imageOf(name), image]));
}

const jobOf = (bench: Bench, name: unknown) =>
	bench.fal.jobs.find(({ input }) => JSON.stringify(input).includes(imageOf(name)));

/** Lets fal end an edit once it was asked so often how it stands. */
function readyAfter(bench: Bench, prompt: string, looks: number): void {
	const { fal } = bench;
	const isIt = ({ input }: Job) => (input as { prompt: string }).prompt.includes(prompt);
	const looksAt = (id?: string) =>
		fal.records.filter(({ stage, requestId }) => stage === 'status' && requestId === id);
	const wasAsked = async () =>
		await until(() => looksAt(fal.jobs.find(isIt)?.id).length >= looks, { longest: 120_000 });
	fal.faults.add({ stage: 'queue', kind: 'latency', match: { prompt }, until: wasAsked });
}

/** Each has the image that fal made of its own row. */
async function expectOwnImages(bench: Bench, execution: ExecutionResult, items: Item[]) {
	for (const { json, binary } of items) {
		const collected = allOutputOf(execution, 'Collect the Image').find(
			(item) => item.json.request_id === jobOf(bench, json.name)?.id && item.json.url,
		);
		expect(json.edited).toBe(collected?.json.url);
		const file = binary?.data && (await bench.n8n.api.downloadBinary(binary.data));
		expect(file && sha256(file)).toBe(sha256(await bench.atFal(json.edited)));
	}
}

/** Orders that are asked for in rounds. */
export function describeCollectLater(bench: Bench): void {
	it('submit-now-collect-later: every image comes back to its own row', async () => {
		const names = ['mug', 'shoes', 'lake'];
		await know(bench, names);
		const execution = await bench.run(rounds(), 'When You Click Execute');
		expect(execution.status).toBe('success');
		const items = outputOf(execution, 'Name It After Its Row');
		expect(items.map(({ json }) => json.name)).toEqual(names);
		await expectOwnImages(bench, execution, items);
	});

	it('submit-now-collect-later: what is not ready waits for another round, but not for ever', async () => {
		const instructions = {
			quick: 'Make it night',
			stuck: '[fault: queue=stuck-queue] Make it day',
			slow: 'Make it autumn',
			refused: '[fault: model=422-policy] Make it odd',
			slower: 'Make it winter',
		};
		readyAfter(bench, 'autumn', 1);
		readyAfter(bench, 'winter', 2);
		await know(bench, Object.keys(instructions));
		const execution = await bench.run(templateFor(instructions, 4), 'When You Click Execute');
		expect(execution.status).toBe('success');
		expect(bench.fal.jobs).toHaveLength(5);
		expect(runsOf(execution, 'Give fal Time')).toHaveLength(4);

		const items = allOutputOf(execution, 'Name It After Its Row');
		expect(items.map(({ json }) => json.name)).toEqual(['quick', 'slow', 'slower']);
		await expectOwnImages(bench, execution, items);
		const request_id = (name: string) => jobOf(bench, name)?.id;
		expect(allOutputOf(execution, 'Gave Up Waiting').map(({ json }) => json)).toEqual([
			{ name: 'stuck', request_id: request_id('stuck'), reason: expect.stringMatching(/IN_QUEUE/) },
		]);
		expect(allOutputOf(execution, 'What Went Wrong').map(({ json }) => json)).toEqual([
			{
				name: 'refused',
				request_id: request_id('refused'),
				reason: expect.stringMatching(/content filter/),
			},
		]);
	});
}
