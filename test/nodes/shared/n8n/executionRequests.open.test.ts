import type { IExecuteFunctions } from 'n8n-workflow';
import { openRequests } from '../../../../nodes/shared/n8n/executionRequests';
import { takenBy } from '../../../../nodes/shared/requests/request';
import { restart } from '../../../support/restart';

beforeEach(restart);

interface Visit {
	mode?: string;
	/** what n8n has saved with the execution */
	state?: object;
	establishedAt?: number;
	parentExecutionId?: string;
	executionId?: string;
	runIndex?: number;
	retryOnFail?: boolean;
	/** n8n 1 has none */
	hasContext?: boolean;
}

const START = 1_000;

function open({ mode = 'webhook', state = {}, hasContext = true, ...more }: Visit = {}) {
	const { establishedAt = START, parentExecutionId, executionId = '7', runIndex = 0 } = more;
	return openRequests({
		getContext: () => state,
		getMode: () => mode,
		getWorkflow: () => ({ id: 'workflow' }),
		getNode: () => ({ id: 'node', retryOnFail: more.retryOnFail }),
		getExecutionId: () => executionId,
		getWorkflowDataProxy: () => ({ $runIndex: runIndex }),
		...(hasContext && { getExecutionContext: () => ({ establishedAt, parentExecutionId }) }),
		helpers: {},
	} as unknown as IExecuteFunctions);
}

const keyOf = (visit?: Visit) => open(visit).requests.of('row').key;

/** A visit that sends one request, and its end. */
async function send(visit: Visit, ...ends: Parameters<ReturnType<typeof open>['end']>) {
	const { requests, end } = open(visit);
	const request = requests.of('row');
	const isNew = request.state.status === 'new';
	if (isNew) request.dispatch({ type: 'found', taken: takenBy('taken') });
	await end(...ends);
	return isNew;
}

it('an execution is named by its start, which its retries have too, also after a kill', () => {
	const state = {};
	const first = keyOf({ state });
	expect(first).toMatch(/^workflow node 1000 row 0$/);
	expect(keyOf({ mode: 'retry' })).toBe('workflow node 1000 row 0');
	expect(keyOf({ mode: 'retry', establishedAt: 2_000 })).toBe('workflow node 2000 row 0');
});

it('two that start in the same millisecond have names of their own, which their retries keep', () => {
	const [one, other] = [{}, {}];
	const [first, second] = [keyOf({ state: one }), keyOf({ state: other })];
	expect(second).toMatch(/^workflow node 1000 [-\da-f]{36} row 0$/);
	const again = (state: object) => keyOf({ state: structuredClone(state), mode: 'retry' });
	expect([again(one), again(other)]).toEqual([first, second]);
	// The next visit of the same execution is no other one.
	expect(keyOf({ state: one, runIndex: 1 })).toBe('workflow node 1000 row 1');
});

it('n8n 1 tells no start: only what it has saved names an execution', () => {
	const state = {};
	const first = keyOf({ state, hasContext: false });
	expect(keyOf({ hasContext: false })).not.toBe(first);
	expect(keyOf({ state: structuredClone(state), hasContext: false, mode: 'retry' })).toBe(first);
});

it('a sub-workflow has the requests of all executions that the same one has started', async () => {
	const child = { parentExecutionId: 'parent' };
	expect(await send({ ...child, executionId: '8' }, undefined)).toBe(true);
	expect(await send({ ...child, executionId: '9' }, true)).toBe(false);
	expect(await send({ ...child, executionId: '10' }, undefined)).toBe(true);
	expect(await send({ parentExecutionId: 'other', executionId: '11' }, undefined)).toBe(true);
});

it('each child of an execution counts its visits anew', async () => {
	const child = { parentExecutionId: 'parent', retryOnFail: true };
	expect(await send({ ...child, executionId: '8' }, true)).toBe(true);
	expect(await send({ ...child, executionId: '8' }, true)).toBe(false);
	expect(await send({ ...child, executionId: '9' }, true)).toBe(true);
});

it('tells since when an execution that is retried may have sent something', () => {
	expect(open().retriedSince).toBeUndefined();
	expect(open({ mode: 'retry' }).retriedSince).toBe(START);
	const { retriedSince = 0 } = open({ mode: 'retry', hasContext: false });
	expect(Math.abs(Date.now() - 24 * 3_600_000 - retriedSince)).toBeLessThan(60_000);
});

it.each([
	['n8n has no output', [undefined], true, true],
	['n8n has the output', [false], true, false],
	['the first item has failed, and n8n runs the node again', [true], true, true],
	['the first item has failed, and n8n does not', [true], false, false],
] as const)(
	'a request is taken up by the same visit where %s',
	async (_, ends, retryOnFail, isTakenUp) => {
		const visit = { state: {}, retryOnFail };
		await send(visit, ...ends);
		expect(await send(visit, undefined)).toBe(!isTakenUp);
	},
);

it('what n8n may run again is of that visit only', async () => {
	const visit = { state: {}, retryOnFail: true };
	await send(visit, true);
	expect(await send({ ...visit, runIndex: 1 }, undefined)).toBe(true);
});
