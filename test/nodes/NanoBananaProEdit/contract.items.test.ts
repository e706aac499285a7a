import type { IDataObject } from 'n8n-workflow';
import { made, PUBLIC_URL, useEditBench } from '../../support/edit';
import { makeImage } from '../../support/images';

// The contract's shapes of items, each by a short run; test/contract.test.ts has its tables of names.
const bench = useEditBench();
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

describe('Output', () => {
	const IMAGE = 'url content_type file_name file_size width height'.split(' ');
	const items = [{ json: { name: 'mug' } }];
	const keys = async (operation: string, options: IDataObject = {}) => {
		const submitted = made(await bench.run('submit', { items }));
		await bench.settled();
		const input = ['edit', 'submit'].includes(operation) ? items : submitted;
		const [item] = made(await bench.run(operation, { items: input, options }));
		return { item: item!, json: Object.keys(item?.json ?? {}) };
	};

	it.each(['edit', 'getResult'])('perImage: %s', async (operation) => {
		const { item, json } = await keys(operation);
		const seed = operation === 'edit' ? ['seed'] : [];
		expect(json).toEqual(['name', 'request_id', 'description', ...seed, 'index', ...IMAGE]);
		expect(Object.keys(item)).toEqual(expect.arrayContaining(['json', 'binary', 'pairedItem']));
		expect(Object.keys(item.binary ?? {})).toEqual(['data']);
		expect(item.pairedItem).toEqual({ item: 0 });
	});

	it.each(['edit', 'getResult'])('singleItem: %s', async (operation) => {
		const { item, json } = await keys(operation, { outputMode: 'singleItem' });
		const seed = operation === 'edit' ? ['seed'] : [];
		expect(json).toEqual(['name', 'request_id', 'description', ...seed, 'images']);
		expect(Object.keys((item.json.images as IDataObject[])[0] ?? {})).toEqual(IMAGE);
		expect(Object.keys(item.binary ?? {})).toEqual(['data_0']);
	});

	const own = { includeInputFields: false };

	it('submit', async () => {
		const { json } = await keys('submit', own);
		expect(json).toEqual(['request_id', 'status', 'status_url', 'response_url', 'cancel_url']);
	});

	it("getStatus: fal's status object", async () => {
		const { item } = await keys('getStatus', own);
		expect(item.json).toMatchObject({ status: 'COMPLETED', metrics: {} });
	});

	it('cancel', async () => {
		const { item, json } = await keys('cancel', own);
		expect(json).toEqual(['request_id', 'status']);
		expect(item.json.status).toBe('ALREADY_COMPLETED');
	});
});

describe('Errors', () => {
	const parameters = { prompt: 'b [fault: result=422-policy]' };

	it('the failed item of On Error = Continue', async () => {
		const node = { onError: 'continueRegularOutput' as const };
		const [item] = made(await bench.edit({ items: [{ json: { a: 1 } }], parameters, node }));
		expect(item).toEqual({
			json: {
				error: expect.any(String) as string,
				details: {
					description: expect.any(String) as string,
					request_id: bench.fal.jobs[0]?.id,
					http_code: 422,
					type: 'content_policy_violation',
				},
			},
			pairedItem: { item: 0 },
		});
	});

	it.each([
		['NodeApiError: fal answered', parameters, { httpCode: 422 }],
		['NodeOperationError: we found it', { prompt: '={{ 1 > 2 }}' }, {}],
	])('%s', async (name, wrong, context) => {
		const { error } = await bench.edit({ parameters: wrong });
		expect(error?.name).toBe(name.split(':')[0]);
		expect(error?.description).toBeTruthy();
		expect(error?.context).toMatchObject({ itemIndex: 0, ...context });
	});
});
