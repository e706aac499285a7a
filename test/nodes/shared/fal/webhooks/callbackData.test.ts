import {
	packCallbackData,
	unpackCallbackData,
	withCallbackData,
	type CallbackData,
} from '../../../../../nodes/shared/fal/webhooks/callbackData';

const KEY = 'key-id:key-secret';
const HOOK = 'https://example.com/n8n/webhook/done';
const PATH = '/webhook/done';

const dataIn = (text: unknown, path = PATH, key = KEY) => unpackCallbackData(text, path, key)?.data;

it.each<CallbackData>([
	{},
	{ row: 1 },
	{ chat: -100123, 'name with spaces': 'für Zoë & Co. 🍌', empty: '', yes: true },
	{ html: '<b>"&?#/=+%</b>', __proto__x: 'y' },
])('gives back %j', (data) => {
	expect(dataIn(packCallbackData(data, HOOK, KEY))).toEqual(data);
});

it('needs no escaping in an address', () => {
	expect(packCallbackData({ a: '?&=/+ü' }, HOOK, KEY)).toMatch(/^[\w.-]+$/);
});

it('has a nonce of its own for each order', () => {
	const [first, second] = [1, 1].map((row) =>
		unpackCallbackData(packCallbackData({ row }, HOOK, KEY), PATH, KEY),
	);
	expect(first?.nonce).toMatch(/^[\w-]{22}$/);
	expect(first?.nonce).not.toBe(second?.nonce);
});

it('does not take a nonce from another order', () => {
	const [data, , signature] = packCallbackData({ row: 1 }, HOOK, KEY).split('.');
	const [, nonce] = packCallbackData({ row: 1 }, HOOK, KEY).split('.');
	expect(dataIn([data, nonce, signature].join('.'))).toBeUndefined();
});

it.each(['/webhook/other', '/webhook/done/more', '/', ''])('is not taken at %j', (path) => {
	expect(dataIn(packCallbackData({ row: 1 }, HOOK, KEY), path)).toBeUndefined();
});

it.each([
	['https://example.com/webhook/two%20words', '/webhook/two words'],
	['https://example.com/webhook-test/done/', '/webhook-test/done'],
	['https://example.com/webhook/done?a=1#b', '/webhook/done'],
	['https://example.com/webhook/100%25', '/prefix/webhook/100%25'],
])('which was made for %s is taken at %s', (address, path) => {
	expect(dataIn(packCallbackData({ row: 1 }, address, KEY), path)).toEqual({ row: 1 });
});

it('takes no text in which one character was changed', () => {
	const packed = packCallbackData({ row: 12 }, HOOK, KEY);
	for (let at = 0; at < packed.length; at++) {
		const other = packed[at] === 'A' ? 'B' : 'A';
		const changed = packed.slice(0, at) + other + packed.slice(at + 1);
		// The last character of base64url has bits that mean nothing.
		if (at === packed.length - 1) continue;
		expect(dataIn(changed)).toBeUndefined();
	}
});

it.each(['', '.', 'a.b.c', 7, null, ['x'], { row: 1 }])('takes %j for no data', (text) => {
	expect(dataIn(text)).toBeUndefined();
});

it('takes nothing that was signed with another key', () => {
	expect(dataIn(packCallbackData({ row: 1 }, HOOK, 'other:key'))).toBeUndefined();
});

it.each([
	['https://example.com/hook', 'https://example.com/hook?callback_data=X'],
	['https://example.com/hook?row=1', 'https://example.com/hook?row=1&callback_data=X'],
	['https://example.com/hook?a=%20#end', 'https://example.com/hook?a=%20&callback_data=X#end'],
])('goes into %s', (address, wanted) => {
	expect(withCallbackData(address, 'X')).toBe(wanted);
});
