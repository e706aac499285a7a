import { attempt, type Outcome } from '../../flow/attempt';
import { PRICE } from '../../limits';
import { ENDPOINT, type FalConnection } from '../http/client';
import { FalFailure, isPassing } from '../failure';
import { askPlatform, type PlatformLimits } from './platform';
import type { Headers } from '../http/http';
import { withRetries } from '../http/retries';

/** What fal's price list says of the endpoint. */
export interface Price {
	/** for one unit */
	amount: number;
	/** such as `USD` */
	currency: string;
	/** what is counted, such as `images` */
	unit: string;
}

interface Entry {
	endpoint_id?: unknown;
	unit_price?: unknown;
	unit?: unknown;
	currency?: unknown;
}

function readPrice(answer: unknown): Price {
	const { prices } = (answer ?? {}) as { prices?: unknown };
	const entries = (Array.isArray(prices) ? prices : []) as Array<Entry | null>;
	const { unit_price, unit, currency } = entries.find((one) => one?.endpoint_id === ENDPOINT) ?? {};
	const isPrice = typeof unit_price === 'number' && unit_price >= 0;
	if (isPrice && typeof currency === 'string' && typeof unit === 'string')
		return { amount: unit_price, currency, unit };
	throw new FalFailure({ stage: 'pricing', unusable: 'the answer has no price for this model' });
}

async function fetchPrice(connection: FalConnection, limits: PlatformLimits): Promise<Price> {
	const query = new URLSearchParams({ endpoint_id: ENDPOINT });
	const { body } = await askPlatform(connection, 'pricing', `pricing?${query}`, limits);
	return readPrice(body);
}

/** The price, asked for once a run, and while fal works, so that it costs no time. */
export class PriceOnce {
	private asked?: Promise<Outcome<Price>>;
	private tries = 0;

	constructor(
		private readonly connection: FalConnection,
		private readonly signal?: AbortSignal,
	) {}

	/** Asks, if nobody has; nothing waits for the answer yet. */
	start(): void {
		this.asked ??= this.ask();
	}

	/** The price, or undefined where it cannot be had soon: no edit waits long for it. */
	async known(): Promise<Price | undefined> {
		this.start();
		const first = this.asked;
		const outcome = await first!;
		if ('value' in outcome) return outcome.value;
		const { error } = outcome;
		const facts = error instanceof FalFailure ? error.facts : undefined;
		// What has hung once would make a finished edit wait.
		const mayPass = facts && isPassing(facts) && facts.network !== 'TIMEOUT';
		if (!mayPass || this.tries >= PRICE.tries) return undefined;
		if (this.asked === first) this.asked = this.ask();
		return await this.known();
	}

	/**
	 * The price where nothing may go on without it.
	 *
	 * @throws FalFailure of stage `pricing`; the signal's reason
	 */
	async needed(): Promise<Price> {
		const { connection, signal } = this;
		const value = await withRetries(async () => await fetchPrice(connection, { signal }), signal);
		this.asked = Promise.resolve({ value });
		return value;
	}

	private async ask(): Promise<Outcome<Price>> {
		this.tries += 1;
		const { connection, signal } = this;
		const limits = { signal, deadline: PRICE.deadline };
		return await attempt(async () => await fetchPrice(connection, limits));
	}
}

/**
 * What an edit counts in the units of fal's price list, which has the base price only. From fal's page
 * on the model (fal.ai/models/fal-ai/nano-banana-pro), as of 2026: 0.15 USD an image at 1K and 2K, the
 * double at 4K, 0.015 USD more with web search. Whether that is for an image or a request the page does
 * not say, so the dearer one stands here.
 */
export const UNITS = {
	image: { '1K': 1, '2K': 1, '4K': 2 },
	/** more for each image */
	webSearch: 0.1,
};

/** The units that the table above is about, in the words of the price list. */
export const IS_FOR_IMAGES = /^images?$/;

/** What an output item has cost, in the names of its fields. */
export interface Cost {
	cost: number;
	cost_currency: string;
	billable_units: number;
}

const NUMBER = /^\d+(\.\d+)?$/;

/** The units that fal charges for a request; where it does not say, they are unknown, which is not 0. */
export function readUnits(headers: Headers): number | undefined {
	const units = headers['x-fal-billable-units']?.trim() ?? '';
	return NUMBER.test(units) ? Number(units) : undefined;
}

/** To a millionth of a dollar: more digits are only the noise of binary fractions. */
const rounded = (amount: number) => Number(amount.toFixed(6));

/** The part of a sum that falls to one of several; all parts together are the sum, also of a third each. */
const partOf = (sum: number, index: number, count: number) =>
	rounded(rounded((sum * (index + 1)) / count) - rounded((sum * index) / count));

/**
 * What one output item has cost, so that a column sums to what was paid. Pure.
 *
 * @param units of the whole request
 * @param index the item's place among the `count` items of its request
 */
export const shareOf = (units: number, price: Price, index: number, count: number): Cost => ({
	cost: partOf(units * price.amount, index, count),
	cost_currency: price.currency,
	billable_units: partOf(units, index, count),
});
