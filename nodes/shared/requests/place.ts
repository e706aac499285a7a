import { attempt } from '../flow/attempt';
import type { ConcurrencyLimit } from '../flow/gate';
import { FalFailure, isInDoubt, keptOf, wasCancelled } from '../fal/failure';
import type { Submitted } from '../fal/queue/submit';
import { LOST_REQUEST } from '../limits';
import { withImageKeys, type RequestFields, type Sought } from './fingerprint';
import type { HistorySearch } from './recover';
import { takenBy, takenOf, type Taken } from './request';
import type { Journal, Request } from './store';

/** What is asked of fal. */
export interface FalQueue {
	/** @param willSend called right before each try; what it throws ends the submit before that is sent */
	submit(input: RequestFields, willSend: () => void): Promise<Submitted>;
	status(requestId: string): Promise<{ status: string }>;
	result(requestId: string): Promise<unknown>;
}

/** What a request is made of, and what it needs on its way. */
export interface Placing {
	fal: FalQueue;
	/** where fal is reached, if not on the web */
	origin?: string;
	search: Pick<HistorySearch, 'find'>;
	journal?: Journal;
	/** all but the images, without a seed that is drawn */
	fields: RequestFields;
	/** whether a seed is drawn for it, which is its identity in fal's history */
	drawsSeed: boolean;
	/** puts the images where fal gets them, and gives their addresses */
	upload: () => Promise<string[]>;
	/** by what fal's history knows the images; nothing is sent */
	imageKeys: () => Promise<string[]>;
	/** asked right before it is sent; what it throws ends the request before it costs anything */
	lastLook: () => void;
	/** waits until the account has room for it */
	inTurn: ConcurrencyLimit;
	/** bounds those that are sent with their images inside */
	lane?: ConcurrencyLimit;
	/** ms since 1970, in an execution that n8n has begun again: what it has sent before is no older */
	retriedSince?: number;
	/** ms for which a request is looked for whose answer was lost */
	patience: number;
	signal?: AbortSignal;
}

const fieldsToSend = ({ fields, drawsSeed }: Placing, request: Request): RequestFields =>
	drawsSeed ? { ...fields, seed: request.seed } : fields;

/** By what a request is found again that left just now. */
function soughtOf({ drawsSeed, origin }: Placing, request: Request, input: RequestFields): Sought {
	const { seed, state } = request;
	const at = Date.now();
	if (drawsSeed) return { seed, from: at };
	return {
		fields: withImageKeys(input, origin),
		...{ at, from: at - LOST_REQUEST.early, to: at + LOST_REQUEST.late },
		...(state.attempt > 0 && { isLast: true }),
	};
}

/** By what a request is found again that an earlier execution has sent at some moment. */
async function soughtSince(placing: Placing, { seed }: Request, since: number): Promise<Sought> {
	if (placing.drawsSeed) return { seed, from: since };
	const fields = { ...placing.fields, image_urls: await placing.imageKeys() };
	const at = Date.now();
	const { early } = LOST_REQUEST;
	return { fields, at, from: since - early, to: at + early, isLast: true };
}

/**
 * What the executions of which this one is a retry have made of the request: a kill leaves nothing of it in n8n.
 * Where neither the journal nor the history can tell, it may have been sent.
 */
async function recover(request: Request, placing: Placing, since: number): Promise<void> {
	const { journal, search, drawsSeed, fields } = placing;
	let isBegun = await journal?.holds(request.name);
	while (drawsSeed || (journal && isBegun !== false)) {
		const sought = await soughtSince(placing, request, since);
		const looked = await attempt(async () => await search.find(sought, 0));
		if ('error' in looked && !(looked.error instanceof FalFailure)) throw looked.error;
		const found = 'value' in looked ? looked.value : undefined;
		const isUntold = 'error' in looked || fields.sync_mode === true;
		// To ask the journal is to enter: what fal has comes before what another process may only have asked for.
		const mayBeNext = isBegun !== false && found?.isFree !== false;
		if (!mayBeNext || !(await journal?.holds(request.nextName))) {
			const failure = { stage: 'submit', network: 'NO_ANSWER' } as const;
			if (found) request.dispatch({ type: 'found', taken: takenBy(found.requestId) });
			else if (isBegun ?? isUntold) request.dispatch({ type: 'lost', sought, failure });
			return;
		}
		request.dispatch({ type: 'failedForFree' });
		isBegun = true;
	}
}

/** With its images inside it is as large as they are: few at a time, and none waits with them for its turn. */
async function uploadAndSubmit(request: Request, placing: Placing): Promise<Submitted> {
	const { fal, journal, lastLook, upload, inTurn, lane } = placing;
	const submitWith = async (image_urls: string[]) => {
		const input = { ...fieldsToSend(placing, request), image_urls };
		await journal?.enter(request.name);
		return await fal.submit(input, () => {
			// The upload, a pause or the queue for it may have lasted: is this still to be sent?
			lastLook();
			request.dispatch({ type: 'sent', sought: soughtOf(placing, request, input) });
		});
	};
	if (lane) {
		const send = async () => await submitWith(await upload());
		return await inTurn(async () => await lane(send));
	}
	const image_urls = await upload();
	return await inTurn(async () => await submitWith(image_urls));
}

/** A request that an earlier try has asked fal to drop: dropped while it waited, it has cost nothing. */
async function settleCancel(request: Request, { fal, fields }: Placing): Promise<void> {
	const { request_id } = takenOf(request.state)!;
	const looked = await attempt(async () => await fal.status(request_id));
	if ('value' in looked && looked.value.status === 'IN_PROGRESS')
		request.dispatch({ type: 'inProgress' });
	if ('value' in looked && looked.value.status !== 'COMPLETED') return;
	const fetched = await attempt(async () => await fal.result(request_id));
	if ('error' in fetched && wasCancelled(fetched.error, fields))
		request.dispatch({ type: 'cancelled' });
}

/** @returns why fal has not taken it, or may not have */
async function send(request: Request, placing: Placing): Promise<unknown> {
	const sent = await attempt(async () => await uploadAndSubmit(request, placing));
	if ('value' in sent) {
		request.dispatch({ type: 'taken', taken: takenBy(sent.value.request_id, sent.value) });
		return undefined;
	}
	const { state } = request;
	const { error } = sent;
	const isSent = state.status === 'submitting';
	if (isSent && error instanceof FalFailure && isInDoubt(error.facts)) {
		request.dispatch({ type: 'lost', sought: state.sought, failure: keptOf(error.facts) });
		return error;
	}
	await placing.journal?.remove(request.name);
	if (isSent) request.dispatch({ type: 'refused' });
	return error;
}

/** After a stop, and whatever else ends the search, the doubt stays: that is what the user has to know. */
async function lookFor(request: Request, { search, fields, patience }: Placing): Promise<void> {
	const { state } = request;
	// fal keeps no request with `sync_mode` in its history.
	if (state.status !== 'unconfirmed' || fields.sync_mode === true) return;
	const { sought } = state;
	const found = await attempt(async () => await search.find(sought, patience));
	if ('value' in found && found.value)
		request.dispatch({ type: 'found', taken: takenBy(found.value.requestId) });
}

/**
 * Makes a paid request, once: what is known of it is taken up in place of another one, and one whose answer
 * was lost is looked for in fal's history and never sent again.
 *
 * @returns fal's answer, with the request id
 * @throws FalFailure of stage `upload` or `submit`; what `upload` and `lastLook` throw. The request's state tells
 * whether fal may have it
 */
export async function place(request: Request, placing: Placing): Promise<Taken> {
	return await request.withLock(async () => {
		let failure: unknown;
		const { retriedSince } = placing;
		if (request.state.status === 'cancelling') await settleCancel(request, placing);
		if (request.state.status === 'new' && retriedSince !== undefined)
			await recover(request, placing, retriedSince);
		if (request.state.status === 'new') failure = await send(request, placing);
		await lookFor(request, placing);
		const { state } = request;
		const taken = takenOf(state);
		if (taken) return taken;
		throw state.status === 'unconfirmed' ? (failure ?? new FalFailure(state.failure)) : failure;
	}, placing.signal);
}
