import { CLAIM } from '../shared/limits';
import { answer, type Answer, type Callback } from './deliveries';

/** What fal is told of a request that a run does not deliver: another one has, or is at it. */
export const NOT_OURS = {
	delivered: answer(200, 'another run: delivered'),
	underWay: answer(503, 'another run: under way'),
	othersData: answer(401, "another run: another request's data"),
	othersWorkflow: answer(200, "another run: another workflow's"),
};

const leaseNow = () => Math.floor(Date.now() / CLAIM.lease);

/** A request that a run would deliver, and what is remembered of it in n8n's memory. */
export class Claim {
	refusal?: Answer;
	/** whether another run was at it, and has died */
	follows = false;
	readonly request: string;
	/** which run is at it */
	readonly mine: string;
	/** the data that came with it belongs to no other */
	private readonly data: string;
	/** it is not delivered yet */
	readonly open: string;
	/** by whom: who comes with other data does not take it over, but from a look into fal's history, which has none */
	readonly byLook: string;
	private readonly byThis: string;
	private readonly since = leaseNow() - 1;

	constructor({ request_id, arrival }: Callback, executionId: string) {
		const nonce = arrival?.nonce;
		this.request = request_id;
		this.mine = `${request_id} by ${executionId}`;
		this.data = nonce === undefined ? request_id : `data ${nonce}`;
		this.open = `${request_id} open`;
		this.byLook = `${request_id} open by a look`;
		this.byThis = arrival ? `${request_id} open with ${nonce ?? ''}` : this.byLook;
	}

	/** What says that it is open. */
	get openTexts(): string[] {
		return [this.open, this.byLook, this.byThis];
	}

	/** Its run was there a moment ago; what a killed run leaves behind goes out of date. */
	alive(lease = leaseNow()): string {
		return `${this.request} alive in ${lease}`;
	}

	/** Every sign of life that was entered. */
	signs(): string[] {
		const leases = Array.from({ length: leaseNow() - this.since + 1 }, (_, at) => this.since + at);
		return leases.map((lease) => this.alive(lease));
	}

	texts(): string[] {
		const { request, mine, data, open, byThis } = this;
		return [request, mine, data, open, byThis, ...this.signs()];
	}

	/** Whether it depends on `byLook`, which is not asked for each time: to ask is to enter. */
	isUnclear(known: Set<string>): boolean {
		return known.has(this.open) && !known.has(this.mine) && !known.has(this.byThis);
	}

	/** Whether it is open for who comes as this one does. */
	private isOpen(known: Set<string>): boolean {
		if (!known.has(this.open)) return false;
		return (
			[this.byThis, this.byLook].some((text) => known.has(text)) || this.byThis === this.byLook
		);
	}

	/** Decides by what was in the memory before this run entered its own. */
	decide(known: Set<string>): void {
		// The same run once more: n8n's Retry On Fail.
		if (known.has(this.mine)) return;
		this.follows = known.has(this.request);
		const isAlive = this.signs().some((sign) => known.has(sign));
		if (this.follows && !this.isOpen(known)) this.refusal = NOT_OURS.delivered;
		else if (this.follows && isAlive) this.refusal = NOT_OURS.underWay;
		else if (!this.follows && known.has(this.data)) this.refusal = NOT_OURS.othersData;
	}
}
