import {
	isSameOrder,
	shortened,
	type OrderFields,
} from '../../../../nodes/NanoBananaProEdit/orders/sameOrder';

const order: OrderFields = {
	prompt: 'make it blue',
	image_urls: ['https://v3b.fal.media/files/b/00000000/a.png'],
	num_images: 1,
	aspect_ratio: 'auto',
	output_format: 'png',
	resolution: '1K',
};

/** As fal's history may have it, with every default written in. */
const filled: OrderFields = {
	...order,
	...{ sync_mode: false, enable_web_search: false, safety_tolerance: '4' },
	...{ system_prompt: '', seed: null, limit_generations: true },
};

it.each<[string, OrderFields, unknown]>([
	['itself', order, order],
	['itself in another order of fields', order, Object.fromEntries(Object.entries(order).reverse())],
	['itself with the defaults of fal', order, filled],
	['one that says a default', { ...order, safety_tolerance: '4' }, order],
	['one that leaves a default out', order, { ...order, num_images: undefined }],
])('is the same order: %s', (_name, ours, past) => {
	expect(isSameOrder(ours, past)).toBe(true);
});

it.each<[string, OrderFields, unknown]>([
	['a seed', order, { ...order, seed: 7 }],
	['the seed 0', order, { ...order, seed: 0 }],
	['no seed', { ...order, seed: 7 }, order],
	['another image', order, { ...order, image_urls: ['https://v3b.fal.media/other.png'] }],
	['one image more', order, { ...order, image_urls: [...(order.image_urls as []), 'x'] }],
	['web search', order, { ...order, enable_web_search: true }],
	['a field that we do not know', order, { ...order, style: 'oil' }],
	['Limit Generations, which we have set', { ...order, limit_generations: false }, filled],
	['nothing kept of it', order, undefined],
	['nothing in it', order, null],
	['something that is no address', order, { ...order, image_urls: [7] }],
	['a text', order, 'make it blue'],
])('is another order: %s', (_name, ours, past) => {
	expect(isSameOrder(ours, past)).toBe(false);
});

it('knows images inside an order by their hash', () => {
	const inside = { ...order, image_urls: [`data:image/png;base64,${'A'.repeat(100_000)}`] };
	expect(JSON.stringify(shortened(inside)).length).toBeLessThan(400);
	expect(isSameOrder(shortened(inside), inside)).toBe(true);
	expect(isSameOrder(shortened(inside), { ...inside, image_urls: ['data:,B'] })).toBe(false);
});
