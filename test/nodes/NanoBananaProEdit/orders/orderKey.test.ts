import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { orderKey } from '../../../../nodes/NanoBananaProEdit/orders/orderKey';

type Item = Partial<INodeExecutionData> | { json: Record<string, unknown> };

const keyOf = (items: Item[], parameters: IDataObject = {}, item: number | 'all' = 0): string => {
	const ctx = { getInputData: () => items, getNode: () => ({ parameters }) };
	return orderKey(ctx as unknown as IExecuteFunctions, item);
};

const row = (json: unknown, binary?: unknown): Item =>
	({ json, ...(binary ? { binary } : {}) }) as Item;
const withFile = (file: object) => row({}, { data: file });

const typedBy = (parameters: IDataObject) => keyOf([row({})], parameters);

describe('what was typed', () => {
	it.each<[IDataObject]>([
		[{ prompt: 'another' }],
		[{ images: { values: [{ source: 'url', url: 'x' }] } }],
		[{ combineItems: true }],
		[{ webhookUrl: 'https://example.com/' }],
		[{ callbackData: { values: [{ name: 'a', value: '1' }] } }],
		[{ numImages: 2 }],
		[{ resolution: '4K' }],
		[{ options: { seed: 7 } }],
		[{ options: { syncMode: true } }],
		[{ options: { systemPrompt: 'x' } }],
	])('is another order: %j', (change) => {
		expect(typedBy(change)).not.toBe(typedBy({}));
	});

	it.each<[IDataObject]>([
		[{ operation: 'submit' }],
		[{ options: { timeout: 5 } }],
		[{ options: { outputMode: 'singleItem' } }],
		// These stand in Options, and the others beside them: in the wrong place they are not read.
		[{ seed: 7 }],
		[{ options: { resolution: '4K' } }],
	])('is the same order: %j', (change) => {
		expect(typedBy(change)).toBe(typedBy({}));
	});

	it('is the expression, not what it gives', () => {
		const parameters = { prompt: '={{ $now }}' };
		expect(typedBy(parameters)).toBe(typedBy({ ...parameters }));
	});
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
		[{ fileSize: '3 kB' }],
		[{ directory: 'elsewhere' }],
		[{ data: 'filesystem-v2' }],
	])('is the same with %j', (change) => {
		expect(key(change)).toBe(key());
	});

	it.each([
		[{ id: 'filesystem-v2:workflows/1/executions/temp/binary_data/8e' }],
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
		expect(of({ id: 'a/9f', more: 1 })).toBe(of({ id: 'b/9f', more: 2 }));
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
