import { takenBy, type RequestState } from '../../../../nodes/shared/requests/request';
import { place, type Placing } from '../../../../nodes/shared/requests/place';
import type { Sought } from '../../../../nodes/shared/requests/fingerprint';
import type { Submitted } from '../../../../nodes/shared/fal/queue/submit';
import { FalFailure } from '../../../../nodes/shared/fal/failure';
import type { Past } from '../../../../nodes/shared/requests/recover';
import { Requests, type Journal } from '../../../../nodes/shared/requests/store';

export const fields = { prompt: 'make it blue' };
export const SINCE = Date.now() - 60_000;
export const NEW: RequestState = { status: 'new', attempt: 0 };
export const SHUT = new FalFailure({ stage: 'history', status: 403 });

export const past = (requestId: string, isFree = false): Past => ({
	...{ requestId, isFree, receivedAt: SINCE, fields, output: undefined },
});

/** What the journal knows: whether the first was begun, and the one in its place. */
type Begun = [first?: boolean, next?: boolean];

export interface World {
	state?: RequestState;
	/** undefined: there is no journal */
	begun?: Begun;
	/** what the history gives, look by look */
	history?: Array<Past | Error | undefined>;
	submit?: (willSend: () => void) => Promise<unknown>;
	status?: string | Error;
	result?: unknown;
	placing?: Partial<Placing>;
}

const give = async <T>(what: T | Error): Promise<T> =>
	what instanceof Error ? await Promise.reject(what) : await Promise.resolve(what);

function journalOf([first, next]: Begun, happened: string[]): Journal {
	return {
		enter: async (name) => void happened.push(`enter ${name.at(-1)}`),
		remove: async (name) => void happened.push(`remove ${name.at(-1)}`),
		holds: async (name) => await give(name.endsWith('0') ? first : next),
	};
}

/** Places a request in a world, and tells what was done for it, and what was looked for. */
export async function tryToPlace({ state = NEW, begun, history = [], submit, ...more }: World) {
	const happened: string[] = [];
	const looks: Sought[] = [];
	const inputs: object[] = [];
	const request = new Requests('run', { row: [{ state }] }).of('row');
	const note = async <T>(what: string, work: () => Promise<T>) => {
		happened.push(what);
		return await work();
	};
	const placing: Placing = {
		fal: {
			submit: async (input, willSend) =>
				await note('submit', async () => {
					inputs.push(input);
					if (submit) return (await submit(willSend)) as Submitted;
					willSend();
					return takenBy('made') as Submitted;
				}),
			status: async () => await note('status', async () => ({ status: await give(more.status!) })),
			result: async () => await note('result', async () => await give(more.result)),
		},
		search: { find: async (sought) => await give(history[looks.push(sought) - 1]) },
		journal: begun && journalOf(begun, happened),
		...{ fields, drawsSeed: false, retriedSince: SINCE, patience: 0 },
		upload: async () => await note('upload', async () => ['https://v3b.fal.media/a.png']),
		imageKeys: async () => ['key'],
		lastLook: () => undefined,
		inTurn: async (work) => await note('turn', work),
		...more.placing,
	};
	const placed = place(request, placing).then(({ request_id }) => request_id);
	const outcome = await placed.catch((error: Error) => error);
	return { outcome, happened, looks, inputs, state: request.state };
}

export const SENT = ['upload', 'turn', 'submit'];
export const JOURNALED = ['upload', 'turn', 'enter 0', 'submit'];
/** fal keeps nothing of it in its history. */
export const sync = { fields: { ...fields, sync_mode: true } };
