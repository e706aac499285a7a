import type { Bench } from './bench';
import { photo, sha256 } from './images';
import { Shop } from './shop';
import { callbackAddress, fillIn, madeUrl, readTemplate } from './templates';

const TEMPLATE = 'order-by-webhook-answer-later';

const image = 'https://example.com/shop/mug.png';

const password = { name: 'X-Shop-Key', value: 'only-for-tests' };

/** What the shop posts as an order; each has an instruction of its own. */
const orderOf = (shop: Shop, order: unknown, more: object = {}) => ({
	order,
	image,
	instruction: `Order ${String(order)}`,
	answer_to: `${shop.url}/images?token=a%26b`,
	...more,
});

/** Published, with what its user fills in: the trigger's address and the shop's. */
async function publish(bench: Bench, shop: Shop): Promise<void> {
	const values: Record<string, string> = {
		callback_address: callbackAddress(bench, readTemplate(TEMPLATE)),
		allowed_places: `https://other.example.com, ${shop.url}/`,
	};
	const template = fillIn(TEMPLATE, 'The Order', ({ parameters }) => {
		const { assignments } = parameters.assignments as { assignments: Array<{ name: string }> };
		const filled = assignments.map((one) =>
			one.name in values ? { ...one, value: values[one.name] } : one,
		);
		return { assignments: { assignments: filled } };
	});
	await bench.addCredential('shop', 'httpHeaderAuth', password);
	await bench.publish(template());
}

async function place(bench: Bench, order: object, key = password.value) {
	const response = await fetch(`${bench.n8n.url}/webhook/order-an-edit`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', [password.name]: key },
		body: JSON.stringify(order),
	});
	const text = await response.text();
	const isJson = text.startsWith('{');
	return { status: response.status, body: isJson ? (JSON.parse(text) as object) : {} };
}

const jobOf = (bench: Bench, instruction: string) =>
	bench.fal.jobs.find(({ input }) => (input as { prompt: string }).prompt === instruction);

async function expectOwnImages(bench: Bench, shop: Shop, orders: unknown[]): Promise<void> {
	for (const order of orders) {
		const job = jobOf(bench, `Order ${String(order)}`);
		const got = shop.deliveries.filter(({ query }) => query.order === String(order));
		expect(got).toHaveLength(1);
		expect(got[0]).toMatchObject({
			query: { request_id: job?.id, token: 'a&b' },
			contentType: 'image/png',
		});
		const made = await bench.atFal(await madeUrl(bench, job));
		expect(got[0] && sha256(got[0].body)).toBe(sha256(made));
	}
}

/** None of these costs anything. */
async function expectRefusals(bench: Bench, shop: Shop): Promise<void> {
	const { port } = new URL(shop.url);
	const elsewhere = [
		'http://127.0.0.1/images',
		`${shop.url}0/images`,
		`${shop.url}@evil.example.com/images`,
		`http://127.0.0.1:${port}.evil.example.com/`,
		'',
		{ startsWith: 'nothing' },
	];
	for (const answer_to of elsewhere) {
		const { status, body } = await place(bench, orderOf(shop, 'X', { answer_to }));
		expect({ answer_to, status }).toEqual({ answer_to, status: 403 });
		expect(body).toEqual({ order: 'X', error: expect.stringMatching(/allowed places/) });
	}
	expect(await place(bench, orderOf(shop, 'X'), 'guessed')).toEqual({ status: 403, body: {} });
	const empty = await place(bench, orderOf(shop, 'X', { instruction: '' }));
	expect(empty).toMatchObject({ status: 422, body: { order: 'X', error: expect.any(String) } });
	expect(bench.fal.jobs).toEqual([]);
}

/** Orders that come in from outside, each with the address for its answer. */
export function describeAnswerLater(bench: Bench): void {
	const shop = new Shop();
	beforeAll(async () => await shop.open());
	afterAll(async () => await shop.close());

	it('order-by-webhook-answer-later: each image goes to where its order came from', async () => {
		bench.fal.settings.publicFiles = { [image]: await photo('web.webp') };
		await publish(bench, shop);
		await expectRefusals(bench, shop);

		const orders = ['A-1', 17, 'B/2 & für Zoë 🍌', 'A-3'];
		const refused = { instruction: '[fault: model=422-policy] Order R' };
		const answers = await Promise.all(
			[...orders.map((order) => orderOf(shop, order)), orderOf(shop, 'R', refused)].map(
				async (order) => ({ order, answer: await place(bench, order) }),
			),
		);
		for (const { order, answer } of answers) {
			const body = { order: String(order.order), request_id: jobOf(bench, order.instruction)?.id };
			expect(answer).toEqual({ status: 202, body });
		}
		expect(await shop.received(5)).toHaveLength(5);
		await expectOwnImages(bench, shop, orders);
		const reasons = shop.deliveries.filter(({ query }) => !query.order);
		expect(reasons.map(({ body }) => JSON.parse(body.toString()) as object)).toEqual([
			{
				order: 'R',
				request_id: jobOf(bench, refused.instruction)?.id,
				error: expect.stringMatching(/content filter/),
			},
		]);
	});
}
