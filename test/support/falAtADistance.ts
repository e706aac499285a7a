import type { FalConnection } from '../../nodes/shared/fal/http/client';
import type { FetchInit } from '../../nodes/shared/fal/http/http';
import { FalFailure, type FailureFacts } from '../../nodes/shared/fal/failure';
import { orAborted } from '../../nodes/shared/flow/pause';
import { waitForResult, type WaitOptions } from '../../nodes/shared/fal/queue/wait';

/** What is asked for. */
export type Asked = 'submit' | 'stream' | 'status' | 'result' | 'cancel' | 'history';

type Answer = object | FailureFacts | Error;

/** Gives the answer to the n-th call of its kind, counted from 0, or hangs. */
export type Answers = Partial<Record<Asked, (nth: number) => Answer | Promise<Answer> | undefined>>;

export interface StreamAnswer {
	/** what it says, each after so many ms */
	says: Array<[ms: number, status: string]>;
	/** ms until it ends; it stays open without */
	ends?: number;
}

const kindOf = (url: string): Asked => {
	if (url.includes('/requests/by-endpoint')) return 'history';
	if (url.endsWith('/cancel')) return 'cancel';
	if (!url.includes('/requests/')) return 'submit';
	return url.includes('/status') ? 'status' : 'result';
};

const isFailure = (answer: Answer): answer is FailureFacts =>
	'network' in answer || 'unusable' in answer || typeof Object(answer).status === 'number';

const hang = async (signal?: AbortSignal | null): Promise<never> =>
	await orAborted(new Promise<never>(() => undefined), signal ?? undefined);

const sleep = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

async function* chunksOf({ says, ends }: StreamAnswer, signal: AbortSignal) {
	for (const [ms, status] of says) {
		await Promise.race([sleep(ms), hang(signal)]);
		yield Buffer.from(`data: ${JSON.stringify({ status })}\n\n`);
	}
	await (ends === undefined ? hang(signal) : Promise.race([sleep(ends), hang(signal)]));
}

interface Call {
	asked: Asked;
	/** ms since the start */
	ms: number;
	url: string;
	init: FetchInit;
}

/** fal behind a connection, for tests of when it is asked: with a clock that the test moves. */
export function falAtADistance(answers: Answers) {
	const calls: Call[] = [];
	const start = Date.now();
	const answerTo = async (asked: Asked, url: string, init: FetchInit = {}): Promise<object> => {
		const nth = calls.filter((call) => call.asked === asked).length;
		calls.push({ asked, ms: Date.now() - start, url, init });
		const given = answers[asked];
		const answer = given ? ((await given(nth)) ?? (await hang(init.signal))) : { status: 404 };
		if (answer instanceof Error) throw answer;
		if (!(answer instanceof Response) && isFailure(answer)) throw new FalFailure(answer);
		return answer;
	};
	const connection: FalConnection = {
		key: 'id:secret',
		fetch: async (url, init) => {
			const answer = await answerTo(kindOf(url), url, init);
			return answer instanceof Response ? answer : Response.json(answer);
		},
		openStream: async ({ url }, _deadline, signal) =>
			chunksOf((await answerTo('stream', url, { signal })) as StreamAnswer, signal),
	};
	const callsOf = (asked: Asked) => calls.filter((call) => call.asked === asked);
	return {
		connection,
		calls: () => calls.map(({ asked }) => asked),
		callsOf,
		/** ms since the start at which something was asked for */
		times: (asked: Asked) => callsOf(asked).map(({ ms }) => ms),
	};
}

export const REQUEST_ID = '00000000-0000-4000-8000-000000000000';
export const IN_QUEUE = { status: 'IN_QUEUE' };
export const IN_PROGRESS = { status: 'IN_PROGRESS' };
export const COMPLETED = { status: 'COMPLETED' };
export const RESULT = {
	images: [{ url: 'https://v3b.fal.media/a.png' }],
	description: '',
};
export const noStream = () => ({ status: 404 });

/** Lets time pass, under jest's clock, until something has ended. */
export async function passTime<T>(work: Promise<T>): Promise<{ value?: T; error?: unknown }> {
	let outcome: { value: T } | { error: unknown } | undefined;
	work.then(
		(value) => (outcome = { value }),
		(error: unknown) => (outcome = { error }),
	);
	for (let ms = 0; !outcome && ms < 3_600_000; ms += 1_000)
		await jest.advanceTimersByTimeAsync(1_000);
	return outcome ?? { error: new Error('It never ended') };
}

/** Waits for a request, under jest's clock. */
export function waitFor(answers: Answers, options: Partial<WaitOptions> = {}) {
	const fal = falAtADistance({ result: () => RESULT, ...answers });
	const waiting = waitForResult(fal.connection, REQUEST_ID, { timeout: 600, ...options });
	waiting.catch(() => undefined);
	return { fal, end: async () => await passTime(waiting) };
}
