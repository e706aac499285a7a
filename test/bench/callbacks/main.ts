import { parseArgs } from 'node:util';
import { QueueBench } from '../../queue/support/queueBench';
import { describeMachine, thisMachine } from '../machine';
import { show, table } from '../table';
import { prepareTools } from '../tools';
import { measureCosts } from './costs';
import { measureFloods } from './flood';
import type { Flood } from './floodRow';
import { inOneProcess, webhookBackoff } from './oneProcess';
import { measurePolls, measureSubmits } from './polls';
import { measureSweep } from './sweep';
import { byCallback, byWaiting, type Outcome } from './ways';

const CONCURRENCY = 5;

const { values } = parseArgs({
	options: {
		orders: { type: 'string', default: '1000' },
		slots: { type: 'string', default: '40' },
		/** how long fal works at one; the real endpoint takes 20 to 60 s */
		seconds: { type: 'string', default: '10' },
		/** `queue`, `one`, `costs`, `submit`, `poll`, `sweep` or `flood`, for one of the parts only */
		only: { type: 'string' },
		/** how fast callbacks come in, and for how long */
		rates: { type: 'string', default: '8,16,32' },
		flood: { type: 'string', default: '75' },
		/** how many finish while n8n is down; 0 leaves that out */
		down: { type: 'string', default: '1200' },
		/** how many requests a workflow submits, and how many fal Poll Trigger is to find, and how many callbacks are swallowed */
		submitted: { type: 'string', default: '500' },
		polled: { type: 'string', default: '500' },
		/** over how many polls, a minute apart; n8n is killed at the third, sixth and ninth */
		rounds: { type: 'string', default: '10' },
		swallowed: { type: 'string', default: '200' },
		/** how many callbacks a second beside two busy loops; 0 leaves that out */
		busy: { type: 'string', default: '8' },
	},
});
const [orders, slots, seconds] = [values.orders, values.slots, values.seconds].map(Number) as [
	number,
	number,
	number,
];

const say = (text: string) => process.stdout.write(`${text}\n`);

/** All of n8n as after a power cut. */
async function killAndStart(bench: QueueBench): Promise<void> {
	const names = ['main', 'worker 1', 'webhook'] as const;
	await Promise.all(names.map(async (name) => await bench.queue.process(name).kill()));
	await Promise.all(names.map(async (name) => await bench.queue.process(name).start()));
}

function print(outcomes: Outcome[]): void {
	const bound = Math.ceil(orders / slots) * seconds * 1_000;
	say(`\n${describeMachine(thisMachine())}`);
	say(
		`${orders} orders of ${seconds} s on ${slots} slots; one worker that runs ${CONCURRENCY} at once. The bound is ${show(bound / 1_000)} s.\n`,
	);
	const head = ['way', '', 'seconds', '× bound', 'slots held by waiting', 'delivered', 'twice'];
	const rows = outcomes.map(({ way, time, waiting, delivered, twice }) => [
		way,
		'',
		show(time / 1_000, 1),
		show(time / bound, 3),
		`${waiting} of ${CONCURRENCY}`,
		String(delivered),
		String(twice),
	]);
	say(table(head, rows));
}

async function measure(bench: QueueBench): Promise<Outcome[]> {
	await bench.queue.process('worker 2').stop();
	const callback = await byCallback(bench, orders);
	say(`${callback.way}: ${callback.delivered} delivered`);
	bench.fal.reset();
	const killed = await byCallback(bench, orders, {
		way: 'the same, all of n8n killed halfway',
		halfway: async () => await killAndStart(bench),
	});
	say(`${killed.way}: ${killed.delivered} delivered`);
	bench.fal.reset();
	return [callback, killed, await byWaiting(bench, orders)];
}

async function inQueueMode(): Promise<void> {
	prepareTools('lib/services');
	const bench = new QueueBench({ concurrency: CONCURRENCY });
	try {
		const emulator = {
			latency: seconds * 1_000,
			slots,
			image: 'tiny' as const,
			webhookBackoff,
		};
		await bench.start({ emulator });
		const outcomes = await measure(bench);
		print(outcomes);
		if (outcomes.some(({ delivered, twice }) => delivered !== orders || twice > 0))
			process.exitCode = 1;
	} finally {
		await bench.stop();
	}
}

function floods(): Flood[] {
	const [lasting, down, busy] = [values.flood, values.down, values.busy].map(Number) as [
		number,
		number,
		number,
	];
	const atRate = (perSecond: number, loops: number) => ({
		...{ perSecond, loops, kills: 0, requests: perSecond * lasting },
		name: `${perSecond} a second for ${lasting} s${loops > 0 ? `, ${loops} busy loops` : ''}`,
	});
	const whileDown = { name: `${down} while n8n is down, killed 3 times`, perSecond: 0, loops: 0 };
	return [
		...values.rates
			.split(',')
			.filter(Boolean)
			.map((rate) => atRate(Number(rate), 0)),
		...(down > 0 ? [{ ...whileDown, kills: 3, requests: down }] : []),
		...(busy > 0 ? [atRate(busy, 2)] : []),
	];
}

async function main(): Promise<void> {
	const isWanted = (part: string) => values.only === undefined || values.only === part;
	if (isWanted('queue')) await inQueueMode();
	prepareTools();
	if (isWanted('one') && !(await inOneProcess(say))) process.exitCode = 1;
	if (isWanted('costs')) await measureCosts(say);
	if (isWanted('submit') && !(await measureSubmits(Number(values.submitted), say)))
		process.exitCode = 1;
	const polled = { requests: Number(values.polled), rounds: Number(values.rounds) };
	if (isWanted('poll') && !(await measurePolls(polled, say))) process.exitCode = 1;
	if (isWanted('sweep') && !(await measureSweep(Number(values.swallowed), say)))
		process.exitCode = 1;
	if (isWanted('flood') && !(await measureFloods(floods(), say))) process.exitCode = 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

main().catch((error: unknown) => {
	process.stderr.write(`${String(error)}\n`);
	process.exitCode = 1;
});
