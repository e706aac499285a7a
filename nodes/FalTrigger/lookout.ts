import type {
	IExecuteResponsePromiseData,
	INodeExecutionData,
	IPollFunctions,
	ITriggerFunctions,
} from 'n8n-workflow';
import { listFinished } from '../shared/fal/account/history';
import type { FalConnection } from '../shared/fal/http/client';
import { CALLBACK_RUNS, LOOK } from '../shared/limits';
import { attempt } from '../shared/flow/attempt';
import { within } from '../shared/flow/pause';
import { isOf } from '../shared/n8n/workflowRequests';
import { processMemory } from '../shared/requests/processMemory';
import type { Deliveries, Delivery, Wanted } from './deliveries';
import { runSlots } from './runSlots';

export interface Look {
	/** ms: where this process has not looked yet, it looks no further back */
	back?: number;
	/** of what is found, the latest */
	most?: number;
	/** ms after its end from which a request is taken */
	after?: number;
	wanted: Wanted;
}

type TriggerContext = IPollFunctions | ITriggerFunctions;

/** What stands in the trigger's static data, from the first look on. */
interface LookoutState {
	/** all that ended before it is delivered, in ms since 1970 by fal's clock */
	since?: number;
}

const stateOf = (ctx: TriggerContext) => ctx.getWorkflowStaticData('node') as LookoutState;

/** Starts a run of the trigger with these items, and gives its answer. */
type StartRun = (data: INodeExecutionData[][]) => Promise<unknown>;

/**
 * What this process knows of a trigger's looks into fal's history. What is delivered is settled by the runs, in n8n's
 * database (claims.ts): n8n keeps the state of a trigger before it starts the run, and another run may set it back.
 */
export class Lookout {
	/** all that ended before it was found */
	private listed?: number;
	/** by request when it ended: those that are not delivered, or may be read again */
	private readonly found = new Map<string, number>();
	/** fal's, at the last look */
	private clock = 0;
	private isStarting = false;
	/** whether n8n was told that the history cannot be read */
	isTold = false;
	/** in which it was polled: n8n makes a new one when it switches the workflow on */
	readonly polled = new WeakSet<IPollFunctions>();

	constructor(private readonly deliveries: Deliveries) {}

	/** All that ended before it is delivered, or ended before what is remembered; undefined before the first look. */
	get since(): number | undefined {
		if (this.listed === undefined) return undefined;
		const open = this.ends((id) => !this.isSettled(id));
		return Math.max(this.remembered, Math.min(this.listed, open.at(-1) ?? Infinity));
	}

	/** From then on the claims know all that is delivered. */
	private get remembered(): number {
		return this.ends((id) => this.isSettled(id))[LOOK.remembered] ?? 0;
	}

	/** When those of what was found ended, the latest first. */
	private ends(isMeant: (requestId: string) => boolean): number[] {
		const meant = [...this.found].filter(([id]) => isMeant(id));
		return meant.map(([, endedAt]) => endedAt).sort((a, b) => b - a);
	}

	/** To be called when what has finished until now is not wanted. */
	forget(ctx: TriggerContext): void {
		this.listed = undefined;
		this.found.clear();
		delete stateOf(ctx).since;
	}

	/**
	 * Looks into fal's history, and starts runs with what has finished, for which it does not wait. At the very first
	 * look nothing is found.
	 *
	 * @throws FalFailure of stage `history`
	 */
	async look(ctx: TriggerContext, connection: FalConnection, look: Look): Promise<void> {
		const state = stateOf(ctx);
		const since = state.since && Math.max(state.since, Date.now() - (look.back ?? Infinity));
		await this.find(connection, this.listed ?? since, look, ctx.getWorkflow().id);
		state.since = this.since;
		const startRun = async (data: INodeExecutionData[][]) => {
			const response = ctx.helpers.createDeferredPromise<IExecuteResponsePromiseData>();
			if ('__emit' in ctx) ctx.__emit(data, response);
			else ctx.emit(data, response);
			return await response.promise;
		};
		void attempt(async () => await this.startAll(look, startRun));
	}

	private async find(
		connection: FalConnection,
		from: number | undefined,
		look: Look,
		workflowId?: string,
	): Promise<void> {
		const { finished, clock } = await listFinished(connection, from ?? Infinity, look.most);
		const isWanted = (id: string) => look.wanted === 'all' || isOf(workflowId, id) !== false;
		for (const { requestId, endedAt } of finished)
			if (isWanted(requestId)) this.found.set(requestId, endedAt);
		this.clock = clock;
		this.listed = from === undefined ? clock : Math.max(from, clock - LOOK.late, this.remembered);
		const since = this.since ?? 0;
		for (const [id, endedAt] of this.found)
			if (endedAt < since && this.isSettled(id)) this.found.delete(id);
	}

	private isSettled(requestId: string): boolean {
		return this.deliveries.find(requestId)?.state === 'delivered';
	}

	/** Those that wait for a run, the first to end first; from here on their run is on its way. */
	private take({ after, wanted }: Look, tried: Set<string>): Delivery[] {
		const latest = after ? this.clock - after : Infinity;
		const isDue = ([id, endedAt]: [string, number]) => {
			const known = this.deliveries.find(id);
			return endedAt <= latest && !tried.has(id) && (!known || known.isFree);
		};
		const due = [...this.found].filter(isDue).sort(([, a], [, b]) => a - b);
		const most = Math.min(CALLBACK_RUNS.together, LOOK.remembered - tried.size);
		return due.slice(0, most).map(([request_id]) => {
			tried.add(request_id);
			const known = this.deliveries.find(request_id);
			known?.dispatch('takenUp');
			const { data = {} } = processMemory.submitOf(request_id) ?? {};
			const callback = { request_id, callback_data: data, wanted };
			return known ?? this.deliveries.open(callback, []);
		});
	}

	/**
	 * Starts a run with what was found and is nobody's yet, and where that is more than a run takes, another one once
	 * it is over. What could not be delivered waits for the next look.
	 */
	private async startAll(look: Look, startRun: StartRun): Promise<void> {
		if (this.isStarting) return;
		this.isStarting = true;
		const tried = new Set<string>();
		try {
			for (;;) {
				const taken = this.take(look, tried);
				if (taken.length === 0) return;
				await this.startOne(taken, look, startRun);
			}
		} finally {
			this.isStarting = false;
		}
	}

	/** Resolved when it is over, or seems not to come. */
	private async startOne(taken: Delivery[], { wanted }: Look, startRun: StartRun): Promise<void> {
		const group = await runSlots.enter(this.deliveries, taken);
		const answer = startRun([taken.map(({ callback }) => ({ json: { ...callback, wanted } }))]);
		group.followRun(answer);
		await within(CALLBACK_RUNS.begin, answer);
	}
}
