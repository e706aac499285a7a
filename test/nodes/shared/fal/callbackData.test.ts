import {
	packCallbackData,
	unpackCallbackData,
	withCallbackData,
	type CallbackData,
} from '../../../../nodes/shared/fal/callbackData';

const KEY = 'key-id:key-secret';
const request = { prompt: 'Make it night', image_urls: ['https://example.com/a.png'] };

it.each<CallbackData>([
	{},
	{ row: 1 },
	{ chat: -100123, 'name with spaces': 'für Zoë & Co. 🍌', empty: '', yes: true },
	{ html: '<b>"&?#/=+%</b>', __proto__x: 'y' },
])('gives back %j', (data) => {
	expect(unpackCallbackData(packCallbackData(data, request, KEY), KEY)).toEqual(data);
});

it('needs no escaping in an address', () => {
	expect(packCallbackData({ a: '?&=/+ü' }, request, KEY)).toMatch(/^[\w.-]+$/);
});

it('is another one for another request', () => {
	const [first, second] = ['night', 'day'].map((prompt) =>
		packCallbackData({ row: 1 }, { ...request, prompt }, KEY),
	);
	expect(first).not.toBe(second);
});

it('does not take a request’s hash from another one', () => {
	const [data, , signature] = packCallbackData({ row: 1 }, request, KEY).split('.');
	const [, hash] = packCallbackData({ row: 1 }, { ...request, prompt: 'day' }, KEY).split('.');
	expect(unpackCallbackData([data, hash, signature].join('.'), KEY)).toBeUndefined();
});

it('takes no text in which one character was changed', () => {
	const packed = packCallbackData({ row: 12 }, request, KEY);
	for (let at = 0; at < packed.length; at++) {
		const other = packed[at] === 'A' ? 'B' : 'A';
		const changed = packed.slice(0, at) + other + packed.slice(at + 1);
		// The last character of base64url has bits that mean nothing.
		if (at === packed.length - 1) continue;
		expect(unpackCallbackData(changed, KEY)).toBeUndefined();
	}
});

it.each(['', '.', 'a.b.c', 7, null, ['x'], { row: 1 }])('takes %j for no data', (text) => {
	expect(unpackCallbackData(text, KEY)).toBeUndefined();
});

it('takes nothing that was signed with another key', () => {
	expect(
		unpackCallbackData(packCallbackData({ row: 1 }, request, 'other:key'), KEY),
	).toBeUndefined();
});

it.each([
	['https://example.com/hook', 'https://example.com/hook?callback_data=X'],
	['https://example.com/hook?row=1', 'https://example.com/hook?row=1&callback_data=X'],
	['https://example.com/hook?a=%20#end', 'https://example.com/hook?a=%20&callback_data=X#end'],
])('goes into %s', (address, wanted) => {
	expect(withCallbackData(address, 'X')).toBe(wanted);
});
