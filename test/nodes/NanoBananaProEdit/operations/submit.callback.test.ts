import type { IDataObject } from 'n8n-workflow';
import { unpackCallbackData } from '../../../../nodes/shared/fal/webhooks/callbackData';
import { failure, KEY, made, PUBLIC_URL, rows, useEditBench } from '../../../support/edit';
import { makeImage } from '../../../support/images';

const bench = useEditBench();
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

const HOOK = 'https://example.com/webhook/done';

const submit = async (values: unknown, more: IDataObject = {}, items = rows(['first'])) =>
	await bench.run('submit', {
		items,
		parameters: {
			// There is nobody at these addresses, so fal shall not post.
			prompt: 'blue [fault: webhook=never]',
			webhookUrl: HOOK,
			callbackData: { values } as IDataObject,
			...more,
		},
	});

const sent = () =>
	bench.fal.jobs.map(({ webhookUrl }) => {
		const url = new URL(webhookUrl ?? '');
		const packed = url.searchParams.get('callback_data');
		url.searchParams.delete('callback_data');
		return { url: url.href, data: unpackCallbackData(packed, url.pathname, KEY)?.data };
	});

it("goes to fal in the webhook's address, each item's own", async () => {
	const values = [
		{ name: 'row', value: '={{ $json.row }}' },
		{ name: 'who', value: '={{ $json.value }}' },
	];
	made(await submit(values, {}, rows(['Ann', 'Zoë'])));
	expect(sent()).toEqual(
		expect.arrayContaining([
			{ url: HOOK, data: { row: 0, who: 'Ann' } },
			{ url: HOOK, data: { row: 1, who: 'Zoë' } },
		]),
	);
});

it('keeps what the address has', async () => {
	made(await submit([{ name: 'row', value: 7 }], { webhookUrl: `${HOOK}?from=sheet` }));
	expect(sent()).toEqual([{ url: `${HOOK}?from=sheet`, data: { row: 7 } }]);
});

it('an empty value comes back empty', async () => {
	made(await submit([{ name: 'row', value: '={{ null }}' }]));
	expect(sent()).toEqual([{ url: HOOK, data: { row: '' } }]);
});

it('no values leave the address as it is', async () => {
	made(await submit([]));
	expect(bench.fal.jobs.map(({ webhookUrl }) => webhookUrl)).toEqual([HOOK]);
});

it('as long as an address holds arrives whole', async () => {
	const value = 'x'.repeat(1_350);
	made(await submit([{ name: 'text', value }]));
	expect(sent()).toEqual([{ url: HOOK, data: { text: value } }]);
});

it.each<[string, unknown, IDataObject, RegExp]>([
	[
		'without an address',
		[{ name: 'row', value: 1 }],
		{ webhookUrl: '' },
		/'Callback Data' needs a 'Webhook URL'/,
	],
	['without a name', [{ name: ' ', value: 1 }], {}, /A value in 'Callback Data' has no name/],
	[
		'with a name twice',
		[{ name: 'a' }, { name: 'a' }],
		{},
		/'Callback Data' has the name 'a' twice/,
	],
	[
		'with an object',
		[{ name: 'a', value: '={{ ({ b: 1 }) }}' }],
		{},
		/'a' in 'Callback Data' must be text or a number/,
	],
	[
		'longer than an address',
		[{ name: 'a', value: 'x'.repeat(2_000) }],
		{},
		/'Callback Data' is too long/,
	],
	[
		'beside one of the same name',
		[{ name: 'a', value: 1 }],
		{ webhookUrl: `${HOOK}?callback_data=1` },
		/'Webhook URL' already has the query parameter callback_data/,
	],
])('%s is refused before any call', async (_name, values, more, message) => {
	const error = failure(await submit(values, more));
	expect(error.message).toMatch(message);
	expect(error.description).toBeTruthy();
	expect(bench.fal.records).toEqual([]);
});
