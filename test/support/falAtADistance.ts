import type { FalConnection } from '../../nodes/shared/fal/client';
import { FalFailure, type FailureFacts } from '../../nodes/shared/fal/failure';
import { waitForResult, type WaitOptions } from '../../nodes/shared/fal/wait';

/** What is asked for in a wait. */
export type Asked = 'stream' | 'status' | 'result' | 'cancel' | 'history';

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
	return url.includes('/status') ? 'status' : 'result';
};

const isFailure = (answer: Answer): answer is FailureFacts =>
	'network' in answer || 'unusable' in answer || typeof Object(answer).status === 'number';

async function hang(signal?: AbortSignal | null): Promise<never> {
	return await new Promise((_, reject) =>
		signal?.addEventListener('abort', () => reject(signal.reason as Error)),
	);
}

const sleep = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

async function* chunksOf({ says, ends }: StreamAnswer, signal: AbortSignal) {
	for (const [ms, status] of says) {
		await Promise.race([sleep(ms), hang(signal)]);
		yield Buffer.from(`data: ${JSON.stringify({ status })}\n\n`);
	}
	await (ends === undefined ? hang(signal) : Promise.race([sleep(ends), hang(signal)]));
}

/** fal behind a connection, for tests of when it is asked: with a clock that the test moves. */
export function falAtADistance(answers: Answers) {
	const calls: Array<[Asked, number]> = [];
	const start = Date.now();
	const answerTo = async (asked: Asked, signal?: AbortSignal | null): Promise<object> => {
		const nth = calls.filter(([one]) => one === asked).length;
		calls.push([asked, Date.now() - start]);
		const given = answers[asked];
		const answer = given ? ((await given(nth)) ?? (await hang(signal))) : { status: 404 };
		if (answer instanceof Error) throw answer;
		if (isFailure(answer)) throw new FalFailure(answer);
		return answer;
	};
	const connection: FalConnection = {
		key: 'id:secret',
		fetch: async (url, init) => Response.json(await answerTo(kindOf(url), init?.signal)),
		openStream: async (_request, _deadline, signal) =>
			chunksOf((await answerTo('stream', signal)) as StreamAnswer, signal),
	};
	return {
		connection,
		calls: () => calls.map(([asked]) => asked),
		/** ms since the start at which something was asked for */
		times: (asked: Asked) => calls.filter(([one]) => one === asked).map(([, ms]) => ms),
	};
}

export const REQUEST_ID = '00000000-0000-4000-8000-000000000000';
export const IN_PROGRESS = { status: 'IN_PROGRESS' };
export const COMPLETED = { status: 'COMPLETED' };
export const RESULT = {
	images: [{ url: 'https://v3b.fal.media/a.png' }],
	description: '',
};
export const noStream = () => ({ status: 404 });

/** Waits for a request, under jest's clock. */
export async function waitFor(answers: Answers, options: Partial<WaitOptions> = {}) {
	const fal = falAtADistance({ result: () => RESULT, ...answers });
	let outcome: { found: object } | { error: unknown } | undefined;
	const waiting = waitForResult(fal.connection, REQUEST_ID, { timeout: 600, ...options }).then(
		(found) => (outcome = { found }),
		(error: unknown) => (outcome = { error }),
	);
	const until = async (ms: number) => await jest.advanceTimersByTimeAsync(ms);
	const end = async () => {
		for (let ms = 0; !outcome && ms < 3_600_000; ms += 1_000) await until(1_000);
		await waiting;
		return outcome as { found?: object; error?: unknown };
	};
	return { fal, until, end };
}
