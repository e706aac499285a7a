import { ENDPOINT } from '../../nodes/shared/fal/http/client';
import { STREAM } from '../../nodes/shared/limits';
import type { PromiseName } from './promises';
import type { Purse } from './purse';
import type { Wire } from './wire';

/** One thing that we rely on. */
export interface Check {
	/** its part, a dot, its name; the parts are what `--only` chooses by */
	id: string;
	/** what is looked at */
	what: string;
	promise: PromiseName;
	/** what has to come */
	expected: string;
	/** what would be more than we rely on */
	better?: RegExp;
	/** the order that it looks at, by its name in ORDERS */
	order?: OrderName;
	/** looks; gives what came, in the words of `expected`, and what may be of interest beside it */
	see: (live: Live) => Promise<string | [came: string, note: string]>;
}

/** Thrown by a check that has nothing to look at. */
export class NotSeen extends Error {}

/**
 * Every order: how many images it asks for in all, and how many of them fal charges for if all is as we
 * take it to be. An order's name stands in its prompt.
 */
export const ORDERS = {
	bad: { images: 1, paid: 0, what: 'an aspect ratio that does not exist' },
	late: { images: 1, paid: 0, what: 'an edit that has 0.2 s to begin' },
	queued: { images: 1, paid: 0, what: 'an edit that is cancelled at once' },
	edit: { images: 1, paid: 1, what: 'one edit, watched from the submit to the file' },
	'node edit': { images: 1, paid: 1, what: 'n8n: Edit Image' },
	'node submit': { images: 1, paid: 1, what: 'n8n: Submit Edit, then Get Result' },
	'node kill': { images: 1, paid: 1, what: 'n8n: a run that is killed and retried' },
	'node lost': { images: 1, paid: 1, what: 'n8n: a submit whose answer is lost' },
	'node stop': { images: 1, paid: 0, what: 'n8n: a run that is stopped' },
	many: { images: 1, paid: 1, what: '14 images of all kinds, with sync mode' },
	address: { images: 6, paid: 0, what: 'addresses with a broken image behind them, one edit each' },
	running: { images: 1, paid: 0, what: 'an edit that is cancelled while fal works on it' },
	equal: { images: 2, paid: 2, what: 'two images of one seed' },
} as const;

export type OrderName = keyof typeof ORDERS;

/** How long is waited for what, in ms. */
export interface Patience {
	/** for the first word of a status stream; the node polls after that */
	firstWord: number;
	/** for the end of an edit */
	edit: number;
	/** for a place in the history that counts as soon */
	listed: number;
	/** for how long after that it is still looked for */
	listedLate: number;
	/** how long fal is told to keep a file */
	expiration: number;
	/** for a callback */
	callback: number;
	/** from look to look */
	pause: number;
}

export const PATIENCE: Patience = {
	firstWord: STREAM.firstWord,
	edit: 600_000,
	listed: 60_000,
	listedLate: 120_000,
	expiration: 60_000,
	callback: 300_000,
	pause: 1_000,
};

export interface Place {
	wire: Wire;
	patience: Patience;
	/** where fal reaches our own port, for callbacks */
	webhook?: { address: string; port: number };
}

const APP = ENDPOINT.split('/').slice(0, 2).join('/');

/** The address of a request, and of what belongs to it. */
export const aboutRequest = (id: string, more = ''): string =>
	`https://queue.fal.run/${APP}/requests/${id}${more}`;

/** One run: the way to fal, and what its checks share. */
export class Live {
	readonly began = Date.now();
	private readonly kept = new Map<string, Promise<unknown>>();
	private readonly endings: Array<() => Promise<unknown>> = [];

	constructor(readonly place: Place) {}

	get wire(): Wire {
		return this.place.wire;
	}

	get purse(): Purse {
		if (this.wire.purse) return this.wire.purse;
		throw new Error('Nothing is ordered before the price is known');
	}

	/** Does something once, for all who ask for it by this name. */
	async once<T>(name: string, make: () => Promise<T>): Promise<T> {
		const made = (this.kept.get(name) as Promise<T> | undefined) ?? make();
		this.kept.set(name, made);
		return await made;
	}

	/** Looks until there is something, or the ms are over. */
	async until<T>(look: () => Promise<T | undefined>, ms: number): Promise<T | undefined> {
		for (const end = Date.now() + ms; ; ) {
			const found = await look();
			if (found !== undefined || Date.now() >= end) return found;
			await new Promise((resolve) => setTimeout(resolve, this.place.patience.pause));
		}
	}

	/** To be done at the end of the run. */
	atEnd(end: () => Promise<unknown>): void {
		this.endings.push(end);
	}

	async end(): Promise<void> {
		for (const end of this.endings.splice(0).reverse()) await end();
	}
}
