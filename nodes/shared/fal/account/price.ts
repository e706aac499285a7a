import { attempt, type Outcome } from '../../flow/attempt';
import { PRICE } from '../../limits';
import { ENDPOINT, type FalConnection } from '../http/client';
import { FalFailure, isPassing } from '../failure';
import { askPlatform, type PlatformLimits } from './platform';
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
