import { describeFailure, readFailureBody } from '../../../../nodes/shared/fal/errors';

/** Bodies as broken gateways, other proxies and later versions of fal may send them. */
const GARBAGE: unknown[] = [
	undefined,
	null,
	0,
	42,
	true,
	'',
	'Bad Gateway',
	'x'.repeat(100_000),
	'<!DOCTYPE html><html><body><h1>502</h1></body></html>',
	[],
	[1, 'a', null],
	{},
	{ detail: null },
	{ detail: 42 },
	{ detail: [] },
	{ detail: [null, 1, 'text', [], {}] },
	{ detail: [{ loc: null, msg: null, type: null }] },
	{ detail: [{ loc: 'prompt', msg: { a: 1 }, type: 5 }] },
	{ detail: [{ loc: [null, {}, ['x']], msg: ['a'], type: {} }] },
	{ detail: { msg: 'an object', type: 'missing' } },
	{ detail: { detail: { detail: 'deep' } } },
	{ error: null },
	{ error: 'text' },
	{ error: 42 },
	{ error: { type: 'server_error', message: 'a message' } },
	{ error: { type: 5, message: {} } },
	{ error_type: 5, detail: {} },
	{ error_type: 'constructor' },
	{ error_type: '__proto__' },
	{ error_type: 'toString', detail: 'x' },
	{ detail: [{ type: 'hasOwnProperty', msg: 'x' }] },
	{ status: 'NOT_FOUND' },
	{ status: 500 },
	{ message: 'a message' },
	{ message: ['a'] },
];

it.each(GARBAGE.map((body) => [JSON.stringify(body)?.slice(0, 60) ?? 'undefined', body]))(
	'a body %s never throws and always gives words',
	(_name, body) => {
		for (const status of [undefined, 200, 400, 403, 422, 500]) {
			const told = describeFailure({ stage: 'submit', status, body });
			expect(typeof told.message === 'string' && told.message.length > 5).toBe(true);
			expect(told.message.length).toBeLessThan(200);
			expect(told.description.length).toBeGreaterThan(15);
			expect(told.description.length).toBeLessThan(2_000);
			expect(told.description).not.toMatch(/\[object|<html|<h1|undefined/);
			expect(['string', 'undefined']).toContain(typeof told.type);
		}
	},
);

it.each<[string, unknown, string]>([
	['a list', { detail: [{ loc: ['body', 'a', 0], msg: 'x' }, { msg: 'y' }] }, 'a.0: x; y'],
	['a place without body', { detail: [{ loc: ['prompt'], msg: 'x' }] }, 'prompt: x'],
	['a text', { detail: 'x' }, 'x'],
	["the platform's shape", { error: { type: 't', message: 'x' } }, 'x'],
	['a status', { status: 'NOT_FOUND' }, 'NOT_FOUND'],
	['a plain text', ' x ', 'x'],
	['a page', ' <html>x</html>', ''],
])("fal's words from %s", (_name, body, words) => {
	expect(readFailureBody(body).text).toBe(words);
});
