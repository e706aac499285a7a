import type { IExecuteFunctions } from 'n8n-workflow';
import { Reply } from '../../../nodes/FalTrigger/reply';
import { CALLBACK } from '../../../nodes/shared/limits';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

function reply() {
	const sent: unknown[] = [];
	const sendResponse = ({ statusCode }: { statusCode: number }) => void sent.push(statusCode);
	return { sent, reply: new Reply({ sendResponse } as unknown as IExecuteFunctions) };
}

it('a run that lasts is answered in time, counted from its start', async () => {
	const { sent, reply: one } = reply();
	await jest.advanceTimersByTimeAsync(1_000);
	one.soon();
	await jest.advanceTimersByTimeAsync(CALLBACK.answer - 1_001);
	expect(sent).toEqual([]);
	await jest.advanceTimersByTimeAsync(1);
	one.send(503, 'too late');
	expect(sent).toEqual([200]);
});

it('once it is sent nothing more is, and no timer keeps the process from its end', async () => {
	const { sent, reply: one } = reply();
	one.soon();
	one.send(503, 'first');
	one.send(200, 'second');
	await jest.advanceTimersByTimeAsync(1);
	expect(jest.getTimerCount()).toBe(0);
	await jest.advanceTimersByTimeAsync(CALLBACK.answer);
	expect(sent).toEqual([503]);
});
