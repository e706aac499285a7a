import { EventEmitter } from 'node:events';
import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';
import { admit, runsHere } from '../../../nodes/FalTrigger/places';
import { CALLBACK_RUNS } from '../../../nodes/shared/limits';

beforeEach(() => {
	jest.useFakeTimers();
	// Jest leaves this one to the machine's clock.
	jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
		const timer = new AbortController();
		setTimeout(() => timer.abort(), ms);
		return timer.signal;
	});
	jest.replaceProperty(CALLBACK_RUNS, 'atOnce', 1);
	jest.replaceProperty(CALLBACK_RUNS, 'next', 1);
});
afterEach(async () => {
	for (const one of open.splice(0)) one.close();
	await jest.advanceTimersByTimeAsync(CALLBACK_RUNS.longest);
	jest.useRealTimers();
	jest.restoreAllMocks();
});

/** A response, as far as places are about it. */
class Response extends EventEmitter {
	destroyed = false;
	writableEnded = false;
	statusCode = 200;

	answer(statusCode: number): void {
		Object.assign(this, { statusCode, writableEnded: true });
		this.close();
	}

	close(): void {
		this.destroyed = true;
		this.emit('close');
	}
}

const open: Response[] = [];
const here = { getWorkflow: () => ({ id: 'workflow' }), getNode: () => ({ id: 'trigger' }) };

/** A callback for a request, with the place that it gets or not. */
function callback(requestId: string, response = new Response()) {
	open.push(response);
	const ctx = { ...here, getResponseObject: () => response } as unknown as IWebhookFunctions;
	const admission = admit(ctx, requestId);
	let hasPlace: boolean | undefined;
	const signal = new AbortController();
	void admission?.place(signal.signal).then((place) => (hasPlace = place));
	return { response, isIn: admission !== undefined, hasPlace: () => hasPlace, signal };
}

/** The run for a request begins in this process. */
function runOf(requestId: string, tells = true) {
	let end = () => {};
	const onExecutionFinish = (handler: () => void) => (end = handler);
	runsHere({ ...here, ...(tells && { onExecutionFinish }) } as IExecuteFunctions, requestId);
	return { ends: () => end() };
}

const aMoment = async () => await jest.advanceTimersByTimeAsync(1);

it('before any run has begun it is not known to be elsewhere: one has the place, one waits, no more', async () => {
	const [first, second, third] = [callback('1'), callback('2'), callback('3')];
	await aMoment();
	expect([first.hasPlace(), second.hasPlace()]).toEqual([true, undefined]);
	expect([first.isIn, second.isIn, third.isIn]).toEqual([true, true, false]);
});

it('where the run has ended, the place is free when it is answered', async () => {
	const [first, second] = [callback('1'), callback('2')];
	const run = runOf('1');
	run.ends();
	expect(second.hasPlace()).toBeUndefined();
	first.response.answer(200);
	await aMoment();
	expect(second.hasPlace()).toBe(true);
});

it.each([
	['tells of the end of a run, it keeps the place until then', true],
	['does not tell, it leaves the place with the answer', false],
])('where n8n %s', async (_, tells) => {
	const [first, second] = [callback('1'), callback('2')];
	const run = runOf('1', tells);
	first.response.answer(200);
	await aMoment();
	expect(second.hasPlace()).toBe(tells ? undefined : true);
	run.ends();
	await aMoment();
	expect(second.hasPlace()).toBe(true);
});

it('a run that never ends keeps its place for a while only', async () => {
	jest.replaceProperty(CALLBACK_RUNS, 'wait', 2 * CALLBACK_RUNS.longest);
	const [first, second] = [callback('1'), callback('2')];
	runOf('1');
	first.response.answer(200);
	await jest.advanceTimersByTimeAsync(CALLBACK_RUNS.longest - 1_000);
	expect(second.hasPlace()).toBeUndefined();
	await jest.advanceTimersByTimeAsync(1_000);
	expect(second.hasPlace()).toBe(true);
});

it.each([
	['was refused', (first: Response) => first.answer(503)],
	['has lost fal', (first: Response) => first.close()],
])('a callback that %s says nothing of where runs are', async (_, end) => {
	end(callback('1').response);
	await aMoment();
	const [second, third] = [callback('2'), callback('3')];
	await aMoment();
	expect([second.hasPlace(), third.hasPlace()]).toEqual([true, undefined]);
});

it('a run that was answered for and never began here is elsewhere, and all are let in', async () => {
	callback('1').response.answer(200);
	await aMoment();
	const others = ['2', '3', '4'].map((id) => callback(id));
	await aMoment();
	expect(others.map((one) => one.hasPlace())).toEqual([true, true, true]);
	runOf('2').ends();
	expect(callback('5').isIn).toBe(false);
});

it('a callback that waited without a place says nothing of where runs are', async () => {
	const [, second] = [callback('1'), callback('2')];
	second.response.answer(200);
	await aMoment();
	expect(callback('3').isIn).toBe(true);
	expect(callback('4').isIn).toBe(false);
});

it('fal that has hung up already is not let in', () => {
	const response = new Response();
	response.destroyed = true;
	expect(callback('1', response).isIn).toBe(false);
	expect(callback('2').isIn).toBe(true);
});

it('fal that hangs up while it waits gets no place, and leaves none taken', async () => {
	const [first, second] = [callback('1'), callback('2')];
	second.response.close();
	first.response.answer(503);
	await aMoment();
	expect(second.hasPlace()).not.toBe(true);
	const third = callback('3');
	await aMoment();
	expect(third.hasPlace()).toBe(true);
});

it.each([
	['its signal ends', async (one: ReturnType<typeof callback>) => one.signal.abort()],
	[
		'it has waited for long',
		async () => await jest.advanceTimersByTimeAsync(CALLBACK_RUNS.wait + 1),
	],
])('who waits gets no place when %s, and none that is free later', async (_, ends) => {
	const [first, second] = [callback('1'), callback('2')];
	await ends(second);
	await aMoment();
	expect(second.hasPlace()).toBe(false);
	second.response.answer(503);
	first.response.answer(503);
	await aMoment();
	const third = callback('3');
	await aMoment();
	expect(third.hasPlace()).toBe(true);
});

it('a request that has come in again keeps its place when the first call of it ends', async () => {
	const first = callback('1');
	callback('1');
	first.response.close();
	await aMoment();
	callback('2');
	expect(callback('3').isIn).toBe(false);
});
