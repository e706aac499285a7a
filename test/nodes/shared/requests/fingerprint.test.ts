import {
	areSameFields,
	drawSeed,
	fingerprintOf,
	isDrawnSeed,
	withImageKeys,
	type RequestFields,
} from '../../../../nodes/shared/requests/fingerprint';

interface Item {
	json?: unknown;
	binary?: unknown;
}

const keyOf = (items: Item[], typed: object = {}, item: number | 'all' = 0): string =>
	fingerprintOf(item, typed, item === 'all' ? items : items.slice(item, item + 1));

const row = (json: unknown, binary?: unknown): Item => ({ json, ...(binary ? { binary } : {}) });
const withFile = (file: object) => row({}, { data: file });

it('a row is named by what was typed', () => {
	const typedBy = (typed: object) => keyOf([row({})], typed);
	expect(typedBy(['={{ $now }}'])).toBe(typedBy(['={{ $now }}']));
	expect(typedBy(['={{ $now }}'])).not.toBe(typedBy(['another']));
});

describe('what came in', () => {
	it('is its own item, at its own place', () => {
		const items = [row({ a: 1 }), row({ a: 1 })];
		expect(keyOf(items, {}, 0)).not.toBe(keyOf(items, {}, 1));
		expect(keyOf(items, {}, 0)).toBe(keyOf([items[0]!, row({ a: 2 })], {}, 0));
		expect(keyOf(items, {}, 0)).not.toBe(keyOf([row({ a: 2 }), items[1]!], {}, 0));
	});

	it('is all items, where one order is of all', () => {
		const items = [row({ a: 1 }), row({ a: 2 })];
		expect(keyOf(items, {}, 'all')).not.toBe(keyOf([items[0]!, row({ a: 3 })], {}, 'all'));
		expect(keyOf(items, {}, 'all')).toMatch(/^all:/);
		expect(keyOf([], {}, 0)).toMatch(/^0:/);
	});

	it('may hold itself, and what no JSON holds', () => {
		const circle: Record<string, unknown> = { a: 1 };
		circle.self = { again: circle };
		const other: Record<string, unknown> = { a: 2 };
		other.self = { again: other };
		expect(keyOf([row(circle)])).not.toBe(keyOf([row(other)]));
		expect(keyOf([row({ n: 1n })])).not.toBe(keyOf([row({ n: 2n })]));
		expect(keyOf([row({ n: null })])).not.toBe(keyOf([row({ n: 0 })]));
	});

	it('counts as often as it is there: only what holds itself is cut', () => {
		const [a, b] = [{ of: 'a' }, { of: 'b' }];
		const twice = (second: object) => keyOf([row({ first: { a }, second: [second, second], a })]);
		expect(twice(a)).not.toBe(twice(b));
		expect(twice(a)).toBe(twice({ ...a }));
	});
});

describe('a file', () => {
	const FILE = {
		id: 'filesystem-v2:workflows/1/executions/temp/binary_data/9f',
		fileName: 'a.png',
	};
	const key = (change: object = {}) =>
		keyOf([withFile({ ...FILE, mimeType: 'image/png', ...change })]);

	it.each([
		[{ id: 'filesystem-v2:workflows/1/executions/77/binary_data/9f' }],
		[{ id: 'filesystem-v2:workflows/1/executions/77/binary_data/made-anew' }],
		[{ fileSize: '3 kB' }],
		[{ directory: 'elsewhere' }],
		[{ data: 'filesystem-v2' }],
	])('is the same with %j', (change) => {
		expect(key(change)).toBe(key());
	});

	it.each([
		[{ bytes: 7 }],
		[{ fileName: 'b.png' }],
		[{ mimeType: 'image/jpeg' }],
		[{ id: undefined, data: 'AAAA' }],
	])('is another with %j', (change) => {
		expect(key(change)).not.toBe(key());
	});

	it('is known by its address at n8n where it has no type, and by its type where it is no such address', () => {
		const renamed = { id: FILE.id.replace('temp', '77') };
		const without = { mimeType: undefined };
		expect(key({ ...without, ...renamed })).toBe(key(without));
		const of = (file: object) => keyOf([withFile({ mimeType: 'image/png', ...file })]);
		expect(of({ id: 'a/9f', more: 1 })).toBe(of({ id: 'b/8e', more: 2 }));
		expect(of({ data: 'AAAA', more: 1 })).toBe(of({ data: 'AAAA', more: 2 }));
		expect(of({ data: 'AAAA' })).not.toBe(of({ data: 'BBBB' }));
	});

	it('is not what only resembles one: all of that counts', () => {
		const of = (json: object) => keyOf([row({ one: json })]);
		expect(of({ id: 'a/9f', x: 1 })).not.toBe(of({ id: 'b/9f', x: 1 }));
		expect(of({ id: 7, mimeType: 7, x: 1 })).not.toBe(of({ id: 7, mimeType: 7, x: 2 }));
		expect(of({ mimeType: 'image/png', x: 1 })).not.toBe(of({ mimeType: 'image/png', x: 2 }));
		expect(of({ id: 'my/executions/9f', x: 1 })).not.toBe(of({ id: 'my/executions/9f', x: 2 }));
		expect(of({ id: 'a b:/executions/9f', x: 1 })).not.toBe(of({ id: 'a b:/executions/9f', x: 2 }));
	});
});

const request: RequestFields = {
	prompt: 'make it blue',
	image_urls: ['https://v3b.fal.media/files/b/00000000/a.png'],
	num_images: 1,
	aspect_ratio: 'auto',
	output_format: 'png',
	resolution: '1K',
};

/** As fal's history may have it, with every default written in. */
const filled: RequestFields = {
	...request,
	...{ sync_mode: false, enable_web_search: false, safety_tolerance: '4' },
	...{ system_prompt: '', seed: null, limit_generations: true },
};

it.each<[string, RequestFields, unknown]>([
	['itself', request, request],
	[
		'itself in another sequence of fields',
		request,
		Object.fromEntries(Object.entries(request).reverse()),
	],
	['itself with the defaults of fal', request, filled],
	['one that says a default', { ...request, safety_tolerance: '4' }, request],
	['one that leaves a default out', request, { ...request, num_images: undefined }],
])('asks for the same: %s', (_name, ours, past) => {
	expect(areSameFields(ours, withImageKeys(past))).toBe(true);
});

it.each<[string, RequestFields, unknown]>([
	['a seed', request, { ...request, seed: 7 }],
	['the seed 0', request, { ...request, seed: 0 }],
	['no seed', { ...request, seed: 7 }, request],
	['another image', request, { ...request, image_urls: ['https://v3b.fal.media/other.png'] }],
	['one image more', request, { ...request, image_urls: [...(request.image_urls as []), 'x'] }],
	['web search', request, { ...request, enable_web_search: true }],
	['a field that we do not know', request, { ...request, style: 'oil' }],
	['Limit Generations, which we have set', { ...request, limit_generations: false }, filled],
	['nothing kept of it', request, undefined],
	['nothing in it', request, null],
	['something that is no address', request, { ...request, image_urls: [7] }],
	['a text', request, 'make it blue'],
])('asks for something else: %s', (_name, ours, past) => {
	expect(areSameFields(ours, withImageKeys(past))).toBe(false);
});

describe('a drawn seed', () => {
	it('is the same for the same request, and another one for any other', () => {
		const seeds = Array.from({ length: 2_000 }, (_, at) => drawSeed(`request ${at % 1_000}`, 0));
		expect(new Set(seeds).size).toBe(1_000);
		expect(drawSeed('a', 1)).not.toBe(drawSeed('a', 0));
	});

	it('can be told from one that a user types', () => {
		for (let at = 0; at < 1_000; at++) expect(isDrawnSeed(drawSeed(`${at}`, at))).toBe(true);
		expect(isDrawnSeed(2 ** 30)).toBe(true);
		for (const typed of [
			0,
			7,
			123_456_789,
			2 ** 30 - 1,
			2 ** 31,
			1.5,
			null,
			undefined,
			'1500000000',
		])
			expect(isDrawnSeed(typed)).toBe(false);
	});
});
