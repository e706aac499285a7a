import { randomInt } from 'node:crypto';
import { aboutRequest, NotSeen, ORDERS, type Live, type OrderName } from './live';
import { idOf, ORDER_ADDRESS, type Answer, type Request } from './wire';

/** What an order of ours is known by, here and in the history. */
export const promptOf = (name: OrderName): string =>
	`Make the background light blue (check: ${name})`;

export const nameIn = (prompt: unknown): OrderName | undefined => {
	const [, name = ''] = /\(check: ([\w ]+)\)$/.exec(String(prompt)) ?? [];
	return name in ORDERS ? (name as OrderName) : undefined;
};

/** A submit as it went and came. */
export interface Submitted {
	id: string;
	input: Record<string, unknown>;
	answer: Answer;
	/** ms since 1970 */
	sentAt: number;
}

export interface Given {
	input: Record<string, unknown>;
	headers?: Request['headers'];
	/** behind the address */
	query?: string;
}

/** Whether an order of this run that should be free may have cost something: one such is enough. */
const isInDoubt = ({ purse, began }: Live) =>
	purse.entries.some(({ state, at, prompt }) => {
		const name = nameIn(prompt);
		return state === 'held' && at >= began && name && ORDERS[name].paid === 0;
	});

/**
 * Orders one edit.
 *
 * @throws NotSeen where fal names no request; before an order that should be free, where fal has not said
 * what the last of these has cost
 */
export async function order(live: Live, name: OrderName, given: Given): Promise<Submitted> {
	if (ORDERS[name].paid === 0 && isInDoubt(live))
		throw new NotSeen(
			'what such an edit costs is not known: fal has not said it of an earlier one',
		);
	// A seed of its own is what an order is known by in the history.
	const input = { prompt: promptOf(name), seed: randomInt(2 ** 31), ...given.input };
	const sentAt = Date.now();
	const { headers, query = '' } = given;
	const answer = await live.wire.call(ORDER_ADDRESS + query, {
		method: 'POST',
		headers,
		body: input,
	});
	const id = idOf(answer);
	if (id !== undefined) return { id, input, answer, sentAt };
	const { status, json } = answer;
	throw new NotSeen(`the submit names no request: ${status} ${JSON.stringify(json.detail ?? '')}`);
}

/** Waits for COMPLETED by looking at the status, or for the request to be unknown. */
export async function ended(live: Live, id: string): Promise<Answer> {
	const status = await live.until(async () => {
		const look = await live.wire.call(aboutRequest(id, '/status'));
		const isOver = look.json.status === 'COMPLETED' || look.status === 404;
		return isOver ? look : undefined;
	}, live.place.patience.edit);
	if (status) return status;
	throw new NotSeen('the edit came to no end');
}

export const resultOf = async (live: Live, id: string): Promise<Answer> =>
	await live.wire.call(aboutRequest(id));

/** Orders an edit and waits for its result, whatever it is. */
export async function edited(live: Live, name: OrderName, given: Given) {
	const submitted = await order(live, name, given);
	const status = await ended(live, submitted.id);
	return { ...submitted, status, result: await resultOf(live, submitted.id) };
}

/** What a result counts, in words. */
export const unitsIn = ({ headers }: Answer): string =>
	headers['x-fal-billable-units'] ?? 'not said';

/** The first entry of a model's `detail`. */
export function detailIn({ json }: Answer): { type?: string; loc: Array<string | number> } {
	const [first] = (Array.isArray(json.detail) ? json.detail : []) as unknown[];
	const { type, loc } = Object(first) as { type?: string; loc?: unknown };
	return { type, loc: Array.isArray(loc) ? (loc as Array<string | number>) : [] };
}
