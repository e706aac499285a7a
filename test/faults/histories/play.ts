import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Emulator, Job } from '../../emulator';
import { runNode, storeFile, type NodeResult } from '../../support/engine';
import { makePicture } from '../../support/pictures';
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
	const bytes = Buffer.concat([await makePicture('png', item + 1, 8, 8), Buffer.from(file)]);
	const photo = await storeFile(bytes, `${file}.png`, 'image/png');
	return { json: { prompt: promptOf(name, item, share) }, binary: { photo } };
}

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
		...(operation === 'edit' && { timeout }),
		...(interval > 0 && { batching: { batch: { batchSize: 10, batchInterval: interval } } }),
		...(changing === 'seed' && { seed: '={{ Math.floor(Math.random() * 1e9) }}' }),
	};
	const time = changing === 'time' ? ' + " at " + $now.toMillis()' : '';
	return {
		...{ operation, options, prompt: `={{ $json.prompt${time} }}` },
		images: { values: [{ source: 'binary', binaryPropertyName: '*' }] },
	};
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
	const items = await Promise.all(
		history.items.map(async (one, at) => await itemOf(name, at, one)),
	);
	addUploadFaults(fal, name, history.items);
	const runOnce = async (before?: NodeResult) => {
		let over = false;
		const watch = async ({ seen: what, count }: StopAt, stop: () => void) => {
			const start = realNow();
			while (!over && seen(jobsOf(fal, name), what) < count && realNow() < start + ENDLESS)
				await realPause(5);
			if (over) return;
			played.stoppedAt = Date.now();
			stop();
		};
		const running = runNode({
			...{ items, parameters: parametersOf(history), retryOf: before?.run },
			credential: { apiKey: KEY, proxyUrl: fal.proxyUrl },
			node: {
				...(history.goesOn && { onError: 'continueRegularOutput' as const }),
				...(history.tries > 1 && {
					retryOnFail: true,
					maxTries: history.tries,
					waitBetweenTries: 0,
				}),
			},
			onStart: (stop) => void (!before && history.stop && watch(history.stop, stop)),
		});
		const result = await Promise.race([running, realPause(ENDLESS).then(() => undefined)]);
		over = true;
		played.results.push(result);
		return result;
	};
	let last = await runOnce();
	for (let retry = 0; retry < history.retries && last?.error; retry++) last = await runOnce(last);
	played.jobs = jobsOf(fal, name);
	played.slowestCall = calls.slowestSince(start);
	return played;
}
