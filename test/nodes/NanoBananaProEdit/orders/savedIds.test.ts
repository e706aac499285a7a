import type { IExecuteFunctions } from 'n8n-workflow';
import { saveDoubt, saveRequestId } from '../../../../nodes/NanoBananaProEdit/orders/savedIds';

/** An execution's custom data, as n8n keeps it; `refuses` as where n8n does not let it be set. */
function execution({ refuses = false } = {}) {
	const values = new Map<string, string>();
	const log: string[] = [];
	const set = (key: string, value: string) => {
		if (refuses) throw new Error('it is full');
		values.set(key, value);
	};
	const customData = { get: (key: string) => values.get(key), set };
	const logger = { debug: (line: string) => log.push(line) };
	return { values, log, ctx: { customData, logger } as unknown as IExecuteFunctions };
}

const id = (one: number) => String(one).padStart(36, '0');

it('keeps each id, as many in a value as n8n takes, and nothing of what has no room', () => {
	const { ctx, values } = execution();
	// 6 of 36 characters, with commas between them, are 221; one more would be 258.
	for (let one = 0; one < 61; one++) saveRequestId(ctx, id(one));
	expect([...values.keys()]).toEqual(
		Array.from({ length: 10 }, (_, at) => `fal_requests_${at + 1}`),
	);
	expect([...values.values()].join().split(',')).toEqual(
		Array.from({ length: 60 }, (_, one) => id(one)),
	);
	for (const value of values.values()) expect(value.length).toBeLessThanOrEqual(255);
});

it('fills a value to the last character that n8n takes', () => {
	const { ctx, values } = execution();
	saveRequestId(ctx, 'a'.repeat(200));
	saveRequestId(ctx, 'b'.repeat(54));
	saveRequestId(ctx, 'c');
	expect([...values.values()].map((value) => value.length)).toEqual([255, 1]);
});

it('names the items whose order got no answer, as long as there is room', () => {
	const { ctx, values } = execution();
	for (const item of [0, 7]) saveDoubt(ctx, item);
	expect(values.get('fal_in_doubt')).toBe('fal may have taken the edit of item 0, 7');
	for (let item = 100; item < 200; item++) saveDoubt(ctx, item);
	const value = values.get('fal_in_doubt')!;
	expect(value).toMatch(/ 100, 101, .*\d\d\d$/);
	expect([251, 252, 253, 254, 255]).toContain(value.length);
});

it('goes on where n8n has no custom data, or refuses it, which its log says', () => {
	const none = { logger: { debug: () => expect(true).toBe(false) } };
	saveRequestId(none as unknown as IExecuteFunctions, id(1));
	const { ctx, log } = execution({ refuses: true });
	saveRequestId(ctx, id(1));
	saveDoubt(ctx, 1);
	expect(log).toEqual(Array(2).fill('Custom data cannot be set: Error: it is full'));
});
