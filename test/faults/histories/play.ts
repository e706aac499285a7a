import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Emulator, Job } from '../../emulator';
import { runNode, storeFile, type NodeResult } from '../../support/engine';
import { makeImage } from '../../support/images';
import { KEY, tagged } from '../bench';
import { realNow, realPause } from '../clock';
import type { History, Share, StopAt } from './history';
import type { TimedCalls } from './timedCalls';

/** Longer than any run takes, in real ms. */
const ENDLESS = 600_000;

export interface Played {
	history: History;
	/** what stands in the prompts of this history only */
	name: string;
	/** one for each execution; `undefined` where it did not end */
	results: Array<NodeResult | undefined>;
	jobs: Job[];
	/** ms, when Stop was pressed */
	stoppedAt?: number;
	/** ms, when n8n has died */
	diedAt?: number;
	/** ms that a call to fal took at most meanwhile, on this machine as busy as it was */
	slowestCall: number;
}

const IN_FILE_NAME = /^(initiate|upload)=/;
const fileName = (name: string, item: number) => `${name}-item-${item}-`;

const promptOf = (name: string, item: number, { faults, latency, listed }: Share) =>
	[
		`${name} item ${item} of this history`,
		...faults.filter((one) => !IN_FILE_NAME.test(one)).map((one) => `[fault: ${one}]`),
		`[latency: ${latency}]`,
		`[listed: ${listed}]`,
	].join(' ');

async function itemOf(name: string, item: number, share: Share): Promise<INodeExecutionData> {
	const file = fileName(name, item);
	const bytes = Buffer.concat([await makeImage('png', item + 1, 8, 8), Buffer.from(file)]);
	const photo = await storeFile(bytes, `${file}.png`, 'image/png');
	return { json: { prompt: promptOf(name, item, share) }, binary: { photo } };
}

const itemsOf = async (name: string, { items }: History) =>
	await Promise.all(items.map(async (one, at) => await itemOf(name, at, one)));

function addUploadFaults(fal: Emulator, name: string, items: Share[]): void {
	for (const [item, { faults }] of items.entries()) {
		for (const rule of faults.filter((one) => IN_FILE_NAME.test(one)).flatMap(tagged))
			fal.faults.add({ ...rule, match: { ...rule.match, fileName: fileName(name, item) } });
	}
}

export const jobsOf = (fal: Emulator, name: string): Job[] =>
	fal.jobs.filter(({ input }) => (input as { prompt: string }).prompt.startsWith(`${name} `));

const seen = (jobs: Job[], what: StopAt['seen']) =>
	what === 'orders'
		? jobs.length
		: jobs.filter(({ resultFetchedAt }) => resultFetchedAt.length > 0).length;

function parametersOf({ operation, changing, timeout, interval }: History): IDataObject {
	const options: IDataObject = {
		...(operation === 'edit' && { timeout, startTimeout: timeout }),
		...(interval > 0 && { batching: { batch: { batchSize: 10, batchInterval: interval } } }),
		...(changing === 'seed' && { seed: '={{ Math.floor(Math.random() * 1e9) }}' }),
	};
	const time = changing === 'time' ? ' + " at " + $now.toMillis()' : '';
	return {
		...{ operation, options, prompt: `={{ $json.prompt${time} }}` },
		images: { values: [{ source: 'binary', binaryPropertyName: '*' }] },
	};
}

const STAGES = [
	...(['submit', 'status', 'stream', 'result', 'cancel', 'initiate', 'upload'] as const),
	...(['download', 'history', 'pricing'] as const),
];

/** From here on nothing that this n8n does reaches fal: it is dead, though its code runs on in this process. */
function cutOff(fal: Emulator): void {
	fal.faults.clear();
	for (const stage of STAGES) fal.faults.add({ stage, kind: 'drop-before' });
}

function runOf(history: History, fal: Emulator, items: INodeExecutionData[], before?: NodeResult) {
	const { goesOn, tries } = history;
	return {
		...{ items, parameters: parametersOf(history), retryOf: before?.run },
		credential: { apiKey: KEY, proxyUrl: fal.proxyUrl },
		node: {
			...(goesOn && { onError: 'continueRegularOutput' as const }),
			...(tries > 1 && { retryOnFail: true, maxTries: tries, waitBetweenTries: 0 }),
		},
	};
}

/** Waits until fal has seen so much, or the run is over; tells whether it still goes on. */
async function stillRunsAt(
	{ seen: what, count }: StopAt,
	jobs: () => Job[],
	run: { over: boolean },
) {
	const giveUp = realNow() + ENDLESS;
	while (!run.over && seen(jobs(), what) < count && realNow() < giveUp) await realPause(5);
	return !run.over;
}

/** Plays a history in n8n's engine, beside others on the same emulator. */
export async function play(
	history: History,
	fal: Emulator,
	name: string,
	calls: TimedCalls,
): Promise<Played> {
	const played: Played = { history, name, results: [], jobs: [], slowestCall: 0 };
	const start = Date.now();
	const items = await itemsOf(name, history);
	addUploadFaults(fal, name, history.items);
	const jobs = () => jobsOf(fal, name);
	const endAt = async (when: StopAt, run: { over: boolean }, stop: () => void) => {
		if (!(await stillRunsAt(when, jobs, run))) return;
		played[history.dies ? 'diedAt' : 'stoppedAt'] = Date.now();
		if (history.dies) cutOff(fal);
		stop();
	};
	const runOnce = async (before?: NodeResult, end?: StopAt) => {
		const run = { over: false };
		const onStart = (stop: () => void) => void (end && endAt(end, run, stop));
		const running = runNode({ ...runOf(history, fal, items, before), onStart });
		const result = await Promise.race([running, realPause(ENDLESS).then(() => undefined)]);
		run.over = true;
		return result;
	};
	let last = await runOnce(undefined, history.dies ?? history.stop);
	let hasDied = played.diedAt !== undefined && last !== undefined;
	if (hasDied) {
		fal.faults.clear();
		addUploadFaults(fal, name, history.items);
	} else played.results.push(last);
	for (let retry = 0; retry < history.retries && (hasDied || last?.error); retry++) {
		last = await runOnce(hasDied ? undefined : last);
		hasDied = false;
		played.results.push(last);
	}
	played.jobs = jobs();
	played.slowestCall = calls.slowestSince(start);
	return played;
}
