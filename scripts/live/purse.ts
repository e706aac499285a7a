import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** One order, entered before it is sent. */
export interface Entry {
	prompt: string;
	/** ms since 1970 */
	at: number;
	images: number;
	/** what it may cost, until fal has said what it costs */
	usd: number;
	requestId?: string;
	state: 'held' | 'free' | 'paid';
	/** `x-fal-billable-units`, where it came */
	units?: number;
}

interface Ledger {
	/** of the process that writes it */
	pid?: number;
	entries: Entry[];
}

/** What is in the way of an order: it was not sent. */
export class NotWithinBudget extends Error {}

/** An answer that came to an order. */
export interface Taken {
	status: number;
	requestId?: string;
}

/** A result, or what fal gives in its place. */
export interface Ended {
	status: number;
	/** `x-fal-billable-units` */
	units?: number;
	/** fal's name for a failure of its own */
	errorType?: string;
}

const dollars = (usd: number) => `$${usd.toFixed(2)}`;

const isRunning = (pid?: number) => {
	try {
		return pid !== undefined && pid !== process.pid && process.kill(pid, 0);
	} catch {
		return false;
	}
};

/**
 * The budget. An order is in the ledger file before it is on its way, so that a run that was killed has
 * spent what it may have spent when it is started again. Only what fal calls free is given back.
 */
export class Purse {
	private constructor(
		private readonly file: string,
		private readonly ledger: Ledger,
		/** USD */
		readonly budget: number,
		/** USD for an image at 1K; without it nothing is ordered */
		private price?: number,
	) {}

	/**
	 * Opens the ledger; one that is there is of a run that never came to its end, and still counts.
	 *
	 * @throws Error while another process runs with it
	 */
	static open(file: string, budget: number, price?: number): Purse {
		const ledger: Ledger = existsSync(file)
			? (JSON.parse(readFileSync(file, 'utf8')) as Ledger)
			: { entries: [] };
		if (isRunning(ledger.pid))
			throw new Error(
				`Process ${ledger.pid} is in the middle of a run. If it is not, delete the pid in ${file}`,
			);
		const purse = new Purse(file, { ...ledger, pid: process.pid }, budget, price);
		purse.write();
		return purse;
	}

	get entries(): readonly Entry[] {
		return this.ledger.entries;
	}

	/** USD that are paid, or may be */
	get spent(): number {
		return this.entries.reduce((sum, { usd }) => sum + usd, 0);
	}

	/** USD for an image: the price list's, or more where fal has counted more */
	private get each(): number | undefined {
		const counted = this.entries.map(({ units = 0, images }) => units / images);
		return this.price === undefined ? undefined : this.price * Math.max(1, ...counted);
	}

	/**
	 * Enters an order that is to be sent.
	 *
	 * @param images how many priced images it asks for
	 * @throws NotWithinBudget
	 */
	hold(prompt: string, images: number): Entry {
		if (this.each === undefined)
			throw new NotWithinBudget('fal names no price for an image, so nothing is ordered');
		const entry: Entry = { prompt, at: Date.now(), images, usd: images * this.each, state: 'held' };
		if (this.spent + entry.usd > this.budget + 1e-9)
			throw new NotWithinBudget(
				`the budget of ${dollars(this.budget)} does not reach: ${dollars(this.spent)} are spent, or may be`,
			);
		this.ledger.entries.push(entry);
		this.write();
		return entry;
	}

	/** fal's answer to the order; a clear refusal costs nothing. */
	answered(entry: Entry, { status, requestId }: Taken): void {
		entry.requestId = requestId;
		const isRefused = status >= 400 && status < 500 && status !== 408 && requestId === undefined;
		this.settle(entry, isRefused ? 0 : undefined);
	}

	/**
	 * The end of an order. What it cost is what the header counts. Without one, only a failure that fal
	 * itself names as such is free, and no refusal (422), which fal may charge for; the rest stays held.
	 */
	ended(requestId: string, { status, units, errorType }: Ended): void {
		const entry = this.entries.find((one) => one.requestId === requestId);
		if (!entry || (entry.state !== 'held' && units === undefined)) return;
		if (status < 300) entry.state = 'paid';
		this.settle(entry, units ?? (status >= 499 && errorType ? 0 : undefined));
	}

	private settle(entry: Entry, units: number | undefined): void {
		if (units !== undefined) {
			Object.assign(entry, { units, usd: units * (this.price ?? 0) });
			entry.state = units > 0 ? 'paid' : 'free';
		}
		this.write();
	}

	private write(): void {
		// Never half a ledger, however the process ends.
		writeFileSync(`${this.file}.new`, JSON.stringify(this.ledger), { flush: true });
		renameSync(`${this.file}.new`, this.file);
	}

	/** The run has come to its end, and the report says what was spent. */
	close(): void {
		rmSync(this.file, { force: true });
	}
}
