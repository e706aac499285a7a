import { failure, fromFields, made, PUBLIC_URL, rows, useEditBench } from '../../../support/edit';
import { makeImage, sha256, storeImage, type StoredImage } from '../../../support/images';

const bench = useEditBench();
const images: StoredImage[] = [];
beforeAll(async () => {
	const bytes = await makeImage();
	const addresses = [PUBLIC_URL, ...[0, 1, 2].map((row) => `${PUBLIC_URL}?row=${row}`)];
	bench.fal.settings.publicFiles = Object.fromEntries(addresses.map((url) => [url, bytes]));
	for (const seed of [1, 2, 3]) images.push(await storeImage(`${seed}.png`, seed));
});

const BY_ROW = { prompt: '={{ $json.value }}' };
const continues = { onError: 'continueRegularOutput' as const };

describe('all items in one edit', () => {
	const items = () =>
		images.map(({ file }, row) => ({ json: { row, n: row + 1 }, binary: { photo: file } }));
	const combine = {
		combineItems: true,
		prompt: '=the first of {{ $json.row }}',
		numImages: '={{ $json.n + 1 }}',
		images: fromFields('photo'),
	};

	it('makes one request of the images of all, with everything else from the first', async () => {
		made(await bench.edit({ items: items(), parameters: combine }));
		expect(bench.received()).toEqual(images.map(({ bytes }) => sha256(bytes)));
		expect(bench.inputs()).toHaveLength(1);
		expect(bench.inputs()[0]).toMatchObject({ prompt: 'the first of 0', num_images: 2 });
	});

	it('links every image to all items', async () => {
		const out = made(await bench.edit({ items: items(), parameters: combine }));
		expect(out.map(({ json }) => json.index)).toEqual([0, 1]);
		const all = [{ item: 0 }, { item: 1 }, { item: 2 }];
		expect(out.map(({ pairedItem }) => pairedItem)).toEqual([all, all]);
	});

	it('reads the images of each item as its own expressions say', async () => {
		const values = [{ source: 'url', url: `=${PUBLIC_URL}?row={{ $json.row }}` }];
		made(await bench.edit({ items: items(), parameters: { ...combine, images: { values } } }));
		expect(bench.received()).toEqual([0, 1, 2].map((row) => `${PUBLIC_URL}?row=${row}`));
	});

	it('passes over an item without images when * is asked for', async () => {
		const some = [{ json: { n: 1 } }, ...items()];
		made(await bench.edit({ items: some, parameters: { ...combine, images: fromFields('*') } }));
		expect(bench.received()).toEqual(images.map(({ bytes }) => sha256(bytes)));
	});

	it.each<[string, object]>([
		['15 images', { images: fromFields('photo,photo,photo,photo,photo') }],
		['no image', { images: fromFields('*'), numImages: 1 }],
		['a field that one item has not', { images: fromFields('photo,other') }],
	])('refuses %s before the first call', async (name, change) => {
		const given = name === 'no image' ? rows([1, 2]) : items();
		const error = failure(
			await bench.edit({ items: given, parameters: { ...combine, ...change } }),
		);
		expect(error.message).toMatch(/15 images|no image|'other'/);
		expect(bench.fal.records).toHaveLength(0);
	});

	it('says where the node goes on that the one edit failed', async () => {
		const parameters = { ...combine, prompt: 'b [fault: result=refusal-422]' };
		const { outputs, error } = await bench.edit({ items: items(), parameters, node: continues });
		expect(error).toBeUndefined();
		for (const { json } of outputs[0] ?? []) expect(json.error).toMatch(/could not make/);
		expect(outputs[0]?.length).toBeGreaterThan(0);
		expect(bench.calls('submit')).toHaveLength(1);
	});
});

describe('Maximum Images', () => {
	it.each([
		[3, 1, 2],
		[2, 4, 7],
		[1, 4, 3],
	])(
		'%i items of %i images are more than %i: refused before the first call',
		async (count, numImages, maxImages) => {
			const run = {
				items: rows(Array(count).fill('edit')),
				parameters: { numImages },
				options: { maxImages },
			};
			const error = failure(await bench.edit(run));
			expect(error.message).toContain(`${count * numImages} images`);
			expect(error.message).toContain("'Maximum Images'");
			expect(error.message).toContain(String(maxImages));
			expect(bench.fal.records).toHaveLength(0);
		},
	);

	it('allows as many as it says', async () => {
		const run = {
			items: rows(['one', 'two']),
			parameters: { numImages: 2 },
			options: { maxImages: 4 },
		};
		expect(made(await bench.edit(run))).toHaveLength(4);
	});

	it('fails every item where the node goes on', async () => {
		const run = { items: rows(['one', 'two']), options: { maxImages: 1 }, node: continues };
		const { outputs, error } = await bench.edit(run);
		expect(error).toBeUndefined();
		expect(outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		for (const { json } of outputs[0] ?? []) expect(json.error).toContain("'Maximum Images'");
		expect(bench.fal.records).toHaveLength(0);
	});

	it('does not count a row that is refused', async () => {
		const run = {
			items: rows(['one', '']),
			parameters: BY_ROW,
			options: { maxImages: 1 },
			node: continues,
		};
		const { outputs } = await bench.edit(run);
		expect(outputs[0]?.map(({ json }) => 'error' in json)).toEqual([false, true]);
	});
});

it('names every paid request when a row stops the node', async () => {
	const items = rows(['edit one', 'edit [fault: result=refusal-422]', 'edit three']);
	const error = failure(await bench.edit({ items, parameters: BY_ROW }));
	expect(bench.fal.jobs).toHaveLength(3);
	for (const { id } of bench.fal.jobs) expect(error.description).toContain(id);
	expect(error.description).toMatch(/: [\w-]{36}, [\w-]{36}$/);
});

it('gives nothing and calls nobody when no items come in', async () => {
	expect((await bench.edit({ items: [] })).outputs.flat()).toEqual([]);
	expect(bench.fal.records).toHaveLength(0);
});

it('pays once for a row when Retry On Fail runs the node again', async () => {
	const items = rows(['edit one', 'edit [fault: download=expired x1]', 'edit three']);
	const node = { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 };
	expect(made(await bench.edit({ items, parameters: BY_ROW, node }))).toHaveLength(3);
	expect(bench.calls('submit')).toHaveLength(3);
});
