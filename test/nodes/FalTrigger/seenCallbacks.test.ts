import { EventEmitter } from 'node:events';
import type { KeyObject } from 'crypto';
import type { IWebhookFunctions } from 'n8n-workflow';
import { seenCallback } from '../../../nodes/FalTrigger/seenCallbacks';
import { KEY_SET, SEEN_CALLBACKS } from '../../../nodes/shared/limits';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

class Response extends EventEmitter {
	writableEnded = false;
	statusCode = 0;

	answer(statusCode: number, isHeard = true): void {
		Object.assign(this, { statusCode, writableEnded: true });
		if (isHeard) this.emit('finish');
	}
}

const keys = ['a key'] as unknown as KeyObject[];

/** What is known of a request that was opened; each test has a request of its own. */
function opened(requestId: string) {
	const response = new Response();
	const ctx = {
		getWorkflow: () => ({ id: 'workflow' }),
		getNode: () => ({ id: 'trigger' }),
		getResponseObject: () => response,
	} as unknown as IWebhookFunctions;
	const seen = seenCallback(ctx, requestId);
	return { response, seen, ctx };
}

it('nothing is known of a request that was not opened', () => {
	const { seen } = opened('new');
	expect([seen.state(), seen.keys()]).toEqual([undefined, []]);
});

it.each([
	[200, 'taken'],
	[503, undefined],
	[401, undefined],
])('an answer of %d makes it %s, whether fal hears it or not', (statusCode, state) => {
	for (const isHeard of [true, false]) {
		const { seen, response } = opened(`answered ${statusCode} ${isHeard}`);
		seen.open(keys);
		expect(seen.state()).toBe('open');
		response.answer(statusCode, isHeard);
		expect(seen.state()).toBe(state);
	}
});

it('a request is open as long as its run may be alive', () => {
	const { seen } = opened('open');
	seen.open(keys);
	jest.advanceTimersByTime(SEEN_CALLBACKS.open);
	expect(seen.state()).toBe('open');
	jest.advanceTimersByTime(1);
	expect(seen.state()).toBeUndefined();
});

it('what was delivered stays known, however long ago', () => {
	const { seen, response } = opened('delivered');
	seen.open(keys);
	response.answer(200);
	jest.advanceTimersByTime(2 * SEEN_CALLBACKS.open);
	expect(seen.state()).toBe('taken');
});

it('the keys are kept no longer than fal allows', () => {
	const { seen } = opened('keys');
	seen.open(keys);
	jest.advanceTimersByTime(KEY_SET.kept - 1);
	expect(seen.keys()).toEqual(keys);
	jest.advanceTimersByTime(1);
	expect(seen.keys()).toEqual([]);
});

it('the answer to a call that was given up is not taken for that of the next one', () => {
	const { seen, response, ctx } = opened('again');
	seen.open(keys);
	const next = new Response();
	seenCallback({ ...ctx, getResponseObject: () => next } as never, 'again').open(keys);
	response.answer(503);
	expect(seen.state()).toBe('open');
	next.answer(200);
	expect(seen.state()).toBe('taken');
});
