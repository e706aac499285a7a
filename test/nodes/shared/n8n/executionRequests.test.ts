import type { IExecuteFunctions } from 'n8n-workflow';
import { noteDoubt, noteRequest } from '../../../../nodes/shared/n8n/executionRequests';

/** An execution's custom data, as n8n keeps it; `refuses` as where n8n does not let it be set. */
function execution({ refuses = false, has = true } = {}) {
	const values = new Map<string, string>();
	const log: string[] = [];
	const set = (key: string, value: string) => {
		if (refuses) throw new Error('it is full');
		values.set(key, value);
	};
	const customData = has ? { get: (key: string) => values.get(key), set } : undefined;
	const write = (line: string) => log.push(line);
	const logger = { debug: write, info: write, warn: write };
	const ctx = { customData, logger, getExecutionId: () => '77' } as unknown as IExecuteFunctions;
	return { values, log, ctx };
}

const id = (one: number) => String(one).padStart(36, '0');

it('takes two of the ten values that n8n keeps, however many requests there are', () => {
	const { ctx, values, log } = execution();
	for (let one = 0; one < 55; one++) noteRequest(ctx, one, id(one));
	for (let one = 0; one < 200; one++) noteDoubt(ctx, one);
	expect([...values.keys()].sort()).toEqual(['fal_in_doubt', 'fal_requests']);
	for (const value of values.values()) expect(value.length).toBeLessThanOrEqual(255);
	const ids = [0, 1, 2, 3, 4, 5].map(id).join(', ');
	expect(values.get('fal_requests')).toBe(`${ids}…`);
	expect(values.get('fal_in_doubt')).toMatch(
		/^fal may have taken the edit of item 0, 1, 2, .*\d…$/,
	);
	expect(log).toHaveLength(255);
});

it('says each in the log too', () => {
	const { ctx, log } = execution();
	noteRequest(ctx, 3, id(1));
	noteDoubt(ctx, 4);
	expect(log).toEqual([
		`fal has taken the edit of item 3 of execution 77: request ${id(1)}`,
		'fal may have taken the edit of item 4 of execution 77: its answer was lost',
	]);
});

it('goes on where n8n has no custom data, or refuses it', () => {
	const none = execution({ has: false });
	noteRequest(none.ctx, 0, id(1));
	expect(none.log).toHaveLength(1);
	const { ctx, log } = execution({ refuses: true });
	noteDoubt(ctx, 1);
	expect(log[0]).toBe('Custom data cannot be set: Error: it is full');
});
