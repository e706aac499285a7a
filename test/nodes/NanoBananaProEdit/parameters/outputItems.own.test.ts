import type { IDataObject } from 'n8n-workflow';
import { made, PUBLIC_URL, useEditBench } from '../../../support/edit';
import { makeImage } from '../../../support/images';

const bench = useEditBench({ proxyAllows: ['api.fal.ai/'] });
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

const replaced = (hints: string[]) => hints.filter((hint) => /\breplaced\b/.test(hint));

describe("the user's own data", () => {
	const product = { sku: 'M-1', description: 'A blue mug', url: 'https://shop.example.com/m-1' };

	it('is not replaced by nothing: fal leaves the description empty', async () => {
		const result = await bench.edit({ items: [{ json: { sku: 'M-1', description: 'A mug' } }] });
		expect(made(result)[0]?.json.description).toBe('A mug');
		expect(replaced(result.hints)).toEqual([]);
	});

	it('is not replaced by whatever nothing fal gives', async () => {
		const own = { sku: 'M-1', description: 'A mug', content_type: 'A4', logs: 'kept', index: 7 };
		const [url] = made(await bench.edit()).map(({ json }) => json.url);
		const body = { images: [{ url, content_type: '', width: 0 }], description: null };
		bench.fal.faults.add({ stage: 'result', kind: 'status', status: 200, body });
		const done = { status: 'COMPLETED', logs: [] };
		bench.fal.faults.add({ stage: 'status', kind: 'status', status: 200, body: done });
		const options = { includeLogs: true };
		const { json } = made(await bench.edit({ items: [{ json: own }], options }))[0]!;
		expect(json).toMatchObject({ sku: 'M-1', description: 'A mug', logs: 'kept', index: 0 });
		expect(json.width).toBeGreaterThan(0);
	});

	it.each([['', null, undefined]])('an empty field is no data: %j', async (description) => {
		const result = await bench.edit({ items: [{ json: { description } as IDataObject }] });
		expect(made(result)[0]?.json.description).toBe('');
		expect(replaced(result.hints)).toEqual([]);
	});

	it('that a result has replaced is named once a run, with what keeps both', async () => {
		const items = [{ json: product }, { json: { ...product, width: 9 } }, { json: { sku: 'M-3' } }];
		const result = await bench.edit({ items });
		expect(made(result)).toHaveLength(3);
		expect(replaced(result.hints)).toEqual([
			"These input fields were replaced by fields of the result: 'url', 'width'. To keep both, set 'Result Field Prefix' under Options.",
		]);
	});

	it.each(['perImage', 'singleItem'])(
		'stays beside a result with a prefix: %s',
		async (outputMode) => {
			const own = {
				...{ ...product, images: ['mine'], request_id: 'R-7', cost: 3, index: 'first' },
				...{ seed: 'oak', status: 'in stock', width: '30 cm', nested: { url: [null, 0] } },
			};
			const options = { resultPrefix: 'edited_', outputMode };
			const result = await bench.edit({ items: [{ json: own }], options });
			const { json } = made(result)[0]!;
			expect(json).toMatchObject({ ...own, edited_request_id: bench.fal.jobs[0]?.id });
			const others = Object.keys(json).filter((name) => !(name in own));
			expect(others.filter((name) => !name.startsWith('edited_'))).toEqual([]);
			expect(others).toContain(outputMode === 'perImage' ? 'edited_url' : 'edited_images');
			expect(result.hints).toContain('Made 1 image in 1 edit for 0.15 USD');
			expect(replaced(result.hints)).toEqual([]);
		},
	);

	it('is said for Submit Edit, too', async () => {
		const items = [{ json: { status: 'in stock' } }];
		expect(replaced((await bench.run('submit', { items })).hints)).toHaveLength(1);
	});

	it('goes back into the sheet as it was, with the edited address beside it', async () => {
		const options = { resultPrefix: 'edited_', downloadImages: false };
		const items = made(await bench.edit({ items: [{ json: product }], options }));
		const { sku, description, url, edited_url } = items[0]!.json;
		expect({ sku, description, url }).toEqual(product);
		expect(edited_url).toMatch(/^https?:/);
	});
});

describe('a chain of our own nodes', () => {
	const prefixes = ['', 'edited_'];
	const optionsWith = (resultPrefix: string) => ({ resultPrefix });

	it.each(prefixes)('cries no wolf when an edit is edited again, prefix %j', async (prefix) => {
		const options = optionsWith(prefix);
		const first = made(await bench.edit({ items: [{ json: { sku: 1 } }], options }));
		const second = await bench.edit({ items: first, options });
		expect(made(second)[0]?.json[`${prefix}request_id`]).toBe(bench.fal.jobs[1]?.id);
		expect(replaced(second.hints)).toEqual([]);
	});

	it.each(prefixes)('cries no wolf from Submit Edit to Get Result, prefix %j', async (prefix) => {
		const options = optionsWith(prefix);
		const requestId = `={{ $json.${prefix}request_id }}`;
		let items = made(await bench.run('submit', { items: [{ json: { sku: 1 } }], options }));
		await bench.settled();
		for (const operation of ['getStatus', 'cancel', 'getResult']) {
			const result = await bench.run(operation, { items, options, parameters: { requestId } });
			items = made(result);
			expect(replaced(result.hints)).toEqual([]);
		}
		expect(items[0]?.json).toHaveProperty(`${prefix}url`);
		expect(items[0]?.json).not.toHaveProperty(`${prefix}status`);
	});

	it('still says it where Get Result replaces what the user had before Submit Edit', async () => {
		const submitted = made(await bench.run('submit', { items: [{ json: { url: 'mine' } }] }));
		await bench.settled();
		const { hints } = await bench.run('getResult', { items: submitted });
		expect(replaced(hints)).toEqual([expect.stringContaining("result: 'url'.")]);
	});

	it('says how the ID is named where a prefix keeps Get Result from finding it', async () => {
		const items = made(await bench.run('submit', { options: optionsWith('edited_') }));
		const { error } = await bench.run('getResult', { items });
		expect(error?.message).toContain("'Request ID'");
		expect(error?.description).toContain('{{ $json.edited_request_id }}');
	});
});

describe('a result field prefix', () => {
	it('stands before the fields of one edit of all items', async () => {
		const parameters = { combineItems: true };
		const run = { items: [{ json: {} }, { json: {} }], parameters };
		const items = made(await bench.edit({ ...run, options: { resultPrefix: 'x ' } }));
		expect(items[0]?.json).toHaveProperty('x request_id');
		expect(items[0]?.pairedItem).toEqual([{ item: 0 }, { item: 1 }]);
	});

	it('leaves the shape of a failed item alone', async () => {
		const node = { onError: 'continueRegularOutput' as const };
		const options = { resultPrefix: 'edited_', includeInputFiles: true };
		const parameters = { prompt: 'b [fault: result=422-policy]' };
		const [item] = made(
			await bench.edit({ items: [{ json: { a: 1 } }], parameters, node, options }),
		);
		expect(Object.keys(item ?? {}).sort()).toEqual(['json', 'pairedItem']);
		expect(Object.keys(item?.json ?? {})).toEqual(['error', 'details']);
		expect(item?.json.details).toHaveProperty('request_id', bench.fal.jobs[0]?.id);
	});

	it.each(['={{ "" }}', '={{ null }}', ''])('that is empty is none: %j', async (resultPrefix) => {
		const items = made(await bench.edit({ options: { resultPrefix } }));
		expect(items[0]?.json).toHaveProperty('url');
	});

	it.each(['={{ ({}) }}', '={{ "x".repeat(101) }}', '  ', '={{ [1] }}', '={{ "undefined" }}'])(
		'that is none is refused before any call: %j',
		async (resultPrefix) => {
			const { error } = await bench.edit({ options: { resultPrefix } });
			expect(error?.message).toContain("'Result Field Prefix'");
			expect(bench.fal.records).toEqual([]);
		},
	);
});
