import type { IExecuteFunctions } from 'n8n-workflow';
import { Claims } from '../../nodes/FalTrigger/claims';
import type { Callback } from '../../nodes/FalTrigger/deliveries';
import { CLAIM } from '../../nodes/shared/limits';
import type { RacyMemory } from './racyMemory';

/** Lets time pass a ms at a time, each once all of the last one is done: no machine is too slow for it. */
async function letTimePass(signal: AbortSignal): Promise<void> {
	while (!signal.aborted) await jest.advanceTimersByTimeAsync(1);
}

/** Time passes by itself in each test of a file, as fast as the machine can. */
export function usePassingTime(): void {
	let testEnds: AbortController;
	let passing: Promise<void>;
	beforeEach(() => {
		jest.useFakeTimers();
		testEnds = new AbortController();
		passing = letTimePass(testEnds.signal);
	});
	afterEach(async () => {
		testEnds.abort();
		await passing;
		jest.useRealTimers();
	});
}

/** What a claim is told of its run; runs of one node are in one process. */
export const claimingRun = (
	memory: RacyMemory,
	executionId: string,
	mode = 'webhook',
	node = executionId,
) =>
	({
		getMode: () => mode,
		getExecutionId: () => executionId,
		getWorkflow: () => ({ id: 'workflow' }),
		// One a run, as if each were in a process of its own.
		getNode: () => ({ id: node }),
		helpers: {
			checkProcessedAndRecord: async (entries: string[]) => await memory.record(entries),
			removeProcessed: async (entries: string[]) => await memory.remove(entries),
		},
	}) as unknown as IExecuteFunctions;

export const callbackOf = (request_id: string, nonce?: string): Callback => ({
	request_id,
	callback_data: {},
	arrival: { path: '/webhook/done', nonce },
});

/** What a run claims; the tests' names of requests are all of one workflow. */
export async function claimsOf(ctx: IExecuteFunctions, ...callbacks: Callback[]): Promise<Claims> {
	const claims = new Claims(ctx);
	await claims.make(callbacks);
	return claims;
}

export const claimOf = async (
	memory: RacyMemory,
	request: string,
	executionId: string,
	mode?: string,
	nonce?: string,
): Promise<Claims> =>
	await claimsOf(claimingRun(memory, executionId, mode), callbackOf(request, nonce));

/** Why a run does not deliver a request, if it does not. */
export const refusalOf = (claims: Claims, request: string) =>
	claims.refusalOf(request)?.message.replace('another run: ', '');

/** What a run does that delivers when it may: `delivers`, or why it does not. */
export async function outcome(
	memory: RacyMemory,
	request: string,
	executionId: string,
	mode?: string,
	nonce?: string,
) {
	const claims = await claimOf(memory, request, executionId, mode, nonce);
	await claims.settle();
	await claims.done();
	return refusalOf(claims, request) ?? 'delivers';
}

/** Lets every claim that was made before be one of a run that died long ago. */
export const later = () => jest.setSystemTime(Date.now() + 2 * CLAIM.lease);
