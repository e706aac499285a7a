import { finishedOrder, Receiver } from '../../e2e/support/callbacks';
import { smallDataUri } from '../images';
import { describeMachine, thisMachine } from '../machine';
import { useOf } from '../processes';
import { show, table } from '../table';
import { receiver } from './flood';
import { OneProcessBench } from './oneProcess';
import { Sink } from './sink';

const WARM = 40;
const CALLS = 200;
const ALONE = 60;
const TOGETHER = 120;

/** Sends calls, a few at a time, and takes the processor time that n8n has spent on each, in ms. */
class Costs {
	constructor(
		private readonly bench: OneProcessBench,
		private readonly to: Receiver,
	) {}

	async finished(count: number): Promise<string[]> {
		const image = await smallDataUri();
		return await Promise.all(
			Array.from({ length: count }, async () => await finishedOrder(this.bench, { image })),
		);
	}

	async of(
		ids: string[],
		atOnce: number,
		status: number,
		headers: Record<string, string | undefined> = {},
	): Promise<number> {
		const { cpu } = useOf(this.bench.roots);
		const left = [...ids];
		const lane = async () => {
			for (let id = left.shift(); id !== undefined; id = left.shift()) {
				const response = await this.to.send(id, { headers });
				await response.arrayBuffer();
				// A machine that is busy with something else takes longer than a call is held.
				if (response.status === 503) left.push(id);
				else if (response.status !== status) throw new Error(`It answered ${response.status}`);
			}
		};
		await Promise.all(Array.from({ length: atOnce }, lane));
		return (useOf(this.bench.roots).cpu - cpu) / ids.length;
	}
}

async function measure(costs: Costs): Promise<string[][]> {
	const known = await costs.finished(WARM);
	await costs.of(known, 1, 200);
	const calls = Array.from({ length: CALLS }, (_, at) => known[at % WARM]!);
	const unsigned = { 'x-fal-webhook-signature': undefined };
	const refused = await costs.of(calls, 4, 401, unsigned);
	const again = await costs.of(calls, 4, 200);
	const alone = await costs.of(await costs.finished(ALONE), 1, 200);
	const together = await costs.of(await costs.finished(TOGETHER), TOGETHER, 200);
	return [
		['a call without a signature', show(refused, 1)],
		['a call for an edit that is delivered', show(again, 1)],
		['an edit that is delivered alone', show(alone, 1)],
		['an edit that is delivered with others', show(together, 1)],
	];
}

/** Prints what each kind of call costs an n8n of one process: processor time, so that a busy machine shows the same. */
export async function measureCosts(say: (text: string) => void): Promise<void> {
	const bench = new OneProcessBench({});
	const sink = new Sink();
	try {
		await bench.start({ emulator: { latency: 0, slots: TOGETHER, image: 'tiny' } });
		const workflow = await bench.publish(receiver('costs', await sink.start()));
		const to = new Receiver(bench, workflow, bench.webhookUrl('costs'));
		const rows = await measure(new Costs(bench, to));
		say(`\n${describeMachine(thisMachine())}\n`);
		say(table(['n8n in one process', 'ms of processor time'], rows, 1));
	} finally {
		sink.stop();
		await bench.stop();
	}
}
