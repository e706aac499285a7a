import { Priority } from '../../../../nodes/shared/flow/gate';
import { LONGEST_YIELD } from '../../../../nodes/shared/limits';

// So that no time passes but what a test lets pass.
beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A task that ends when it is told to. */
function task() {
	let end = () => undefined as void;
	const ended = new Promise<void>((resolve) => (end = resolve));
	return { ended, end };
}

it('lets what is urgent end first, also when it fails, and waits for nothing that comes later', async () => {
	const priority = new Priority();
	const [first, failing, later] = [task(), task(), task()];
	const done: string[] = [];
	const running = [
		priority.urgent(async () => await first.ended.then(() => done.push('first'))),
		priority.urgent(async () => {
			await failing.ended;
			done.push('failing');
			throw new Error('gone');
		}),
	];
	const given = priority.yieldToUrgent().then(() => done.push('given'));
	running.push(priority.urgent(async () => await later.ended.then(() => done.push('later'))));
	first.end();
	await running[0];
	failing.end();
	await expect(running[1]).rejects.toThrow('gone');
	await given;
	later.end();
	await running[2];
	expect(done).toEqual(['first', 'failing', 'given', 'later']);
});

it('waits for nothing that hangs', async () => {
	const priority = new Priority();
	const hanging = task();
	const running = priority.urgent(async () => await hanging.ended);
	let isHeldUp = true;
	const yielding = priority.yieldToUrgent().then(() => (isHeldUp = false));
	await jest.advanceTimersByTimeAsync(LONGEST_YIELD - 1);
	expect(isHeldUp).toBe(true);
	await jest.advanceTimersByTimeAsync(1);
	await yielding;
	hanging.end();
	await running;
});

it('holds up nobody when there is nothing to wait for', async () => {
	await expect(new Priority().yieldToUrgent()).resolves.toBeUndefined();
});
