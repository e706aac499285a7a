import type { INodeType } from 'n8n-workflow';
import type { Emulator, Job } from '../../emulator';
import { runNode, type NodeResult, type NodeRun } from '../../support/engine';
import { KEY } from '../bench';
import { realPause, SPEED } from '../clock';
import type { End, History, Press, StopAt } from './history';
import type { Played, Visit } from './played';
import { addUploadFaults, itemsOf, jobsOf, parametersOf, STAGES } from './rows';
import type { TimedCalls } from './timedCalls';

/** Longer than any run takes, in real ms. */
const ENDLESS = 600_000;

/** How long an n8n takes to start at least before a user can begin anew in it, in the hurried ms. */
const STARTING = 5_000;

/** What n8n knows of an execution, from where its Retry execution goes on. */
interface Execution {
	hasFailed: boolean;
	/** n8n has died in it */
	isKilled: boolean;
	next: Pick<NodeRun, 'retryOf' | 'killedRun'> & { visit: number };
}

/** The names of nodes whose n8n is dead. */
export const dead = new Set<string>();

const seen = (jobs: Job[], what: StopAt['seen']) =>
	what === 'orders'
		? jobs.length
		: jobs.filter(({ resultFetchedAt }) => resultFetchedAt.length > 0).length;

/** A history as it is played in n8n's engine, beside others. */
class Player {
	readonly played: Played;
	private life = 0;

	constructor(
		private readonly history: History,
		private readonly fal: Emulator,
		private readonly name: string,
		private readonly processes: INodeType[],
	) {
		this.played = {
			...{ history, name, visits: [], jobs: [], slowestCall: 0 },
			...{ executions: 0, visitsBegun: 0, retriesOfKilled: 0 },
		};
	}

	private readonly jobs = () => jobsOf(this.fal, this.name);

	private async run(visit: number, more: Partial<NodeRun>): Promise<NodeResult | undefined> {
		const { history, fal, name } = this;
		const { goesOn, tries } = history;
		const running = runNode({
			...{ items: await itemsOf(name, history, visit), parameters: parametersOf(history) },
			credential: { apiKey: KEY, proxyUrl: fal.proxyUrl },
			...{ mode: 'webhook', executionId: name, nodeType: this.processes[0] },
			...more,
			node: {
				id: name,
				...(goesOn && { onError: 'continueRegularOutput' as const }),
				...(tries > 1 && { retryOnFail: true, maxTries: tries, waitBetweenTries: 0 }),
			},
		});
		return await Promise.race([running, realPause(ENDLESS).then(() => undefined)]);
	}

	/** Ends a run once fal has seen so much, unless it is over by then. */
	private async endAt({ seen: what, count }: End, isOver: () => boolean, stop: () => void) {
		if (what === 'visits') return;
		while (!isOver() && seen(this.jobs(), what) < count) await realPause(5);
		if (isOver()) return;
		if (this.history.dies) this.die();
		else this.played.stoppedAt = Date.now();
		stop();
	}

	/** From here on nothing that this n8n does has an effect: it is dead, though its code runs on in this process. */
	private die(): void {
		this.played.diedAt = Date.now();
		dead.add(this.name);
		this.fal.faults.clear();
		for (const stage of STAGES) this.fal.faults.add({ stage, kind: 'drop-before' });
	}

	private async beginAgain(): Promise<void> {
		// A busy fal may read a dead n8n's calls late: what was sent before this one has come by then.
		await fetch(this.fal.url, { method: 'HEAD' }).catch(() => undefined);
		dead.delete(this.name);
		this.fal.faults.clear();
		addUploadFaults(this.fal, this.name, this.history);
	}

	private async visit(visit: number, more: Partial<NodeRun>, end?: End) {
		let isOver = false;
		this.played.visitsBegun = Math.max(this.played.visitsBegun, visit + 1);
		const start = Date.now();
		const onStart = (stop: () => void) =>
			void (end && this.endAt(end, () => isOver, stop).catch(() => undefined));
		const result = await this.run(visit, {
			...more,
			onStart,
			isKilled: Boolean(end && this.history.dies),
		});
		isOver = true;
		if (end?.seen === 'visits' && visit + 1 >= end.count) this.die();
		return { visit, life: this.life, start, result };
	}

	/** The visits of a loop, one after the other, as long as none fails. */
	async execute(
		{ visit: first, ...begin }: Execution['next'],
		more: Partial<NodeRun>,
		end?: End,
	): Promise<Execution> {
		const { played, history } = this;
		const execution = ++played.executions;
		const visits: Visit[] = [];
		let next = begin;
		for (let at = first; at < history.visits; at++) {
			const done = { ...(await this.visit(at, { ...more, ...next }, end)), execution };
			const run = done.result?.run;
			const isKilled = Boolean(end && played.diedAt && run);
			if (!isKilled || history.savesProgress) played.visits.push(...visits.splice(0));
			if (isKilled) {
				const saved = history.savesProgress && at > first;
				return {
					...{ hasFailed: true, isKilled },
					next: saved ? { ...next, visit: at } : { killedRun: run, visit: 0 },
				};
			}
			visits.push(done);
			const isEnd = done.result?.error !== undefined || (end && played.stoppedAt !== undefined);
			if (!run || isEnd) {
				played.visits.push(...visits);
				const hasFailed = done.result?.error !== undefined;
				return { hasFailed, isKilled: false, next: { retryOf: run, visit: at } };
			}
			next = { retryOf: run };
		}
		played.visits.push(...visits);
		return { hasFailed: false, isKilled: false, next: { visit: first, ...begin } };
	}

	private async press({ process, isTwice }: Press, of: Execution): Promise<Execution> {
		const executions = Array.from({ length: isTwice ? 2 : 1 }, async () => {
			this.played.retriesOfKilled += Number(of.isKilled);
			return await this.execute(of.next, { mode: 'retry', nodeType: this.processes[process] });
		});
		return (await Promise.all(executions))[0]!;
	}

	private async playTwin(onStart: () => void) {
		this.played.twin = await this.run(0, { executionId: `${this.name}-twin`, onStart });
	}

	async play(): Promise<void> {
		const { history, played } = this;
		addUploadFaults(this.fal, this.name, history);
		let twin: Promise<void> | undefined;
		if (history.twin) await new Promise<void>((begun) => (twin = this.playTwin(begun)));
		if (history.twin === 'before') await twin;
		// Not in the same millisecond.
		else if (twin) await realPause(10);
		let first = await this.execute({ visit: 0 }, {}, history.dies ?? history.stop);
		await twin;
		if (first.isKilled) await this.beginAgain();
		if (first.isKilled && history.afterDeath === 'starts anew') {
			this.life++;
			await realPause(STARTING / SPEED);
			first = await this.execute({ visit: 0 }, { nodeType: this.processes[1] });
		}
		let latest = first;
		for (const press of history.presses) {
			const of = press.of === 'first' ? first : latest;
			if (of.hasFailed) latest = await this.press(press, of);
		}
		played.jobs = this.jobs();
	}
}

/**
 * Plays a history in n8n's engine.
 *
 * @param processes the node in each of n8n's processes, of which none knows what another one knows
 */
export async function play(
	history: History,
	fal: Emulator,
	name: string,
	calls: TimedCalls,
	processes: INodeType[],
): Promise<Played> {
	const start = Date.now();
	const player = new Player(history, fal, name, processes);
	await player.play();
	player.played.slowestCall = calls.slowestSince(start);
	return player.played;
}
