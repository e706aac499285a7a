import { failure, PUBLIC_URL, useEditBench } from '../../../support/edit';
import { makeImage } from '../../../support/images';

const bench = useEditBench();
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

describe('what fal refuses, in words a person can act on', () => {
	it.each<[string, string, RegExp, RegExp]>([
		[
			'a refusal',
			'refusal-422',
			/could not make an image/,
			/Change the prompt.*Could not generate images/s,
		],
		['the content filter', 'content_policy_violation', /content filter/, /'Safety Tolerance'/],
		['no image made', 'no_media_generated', /no image/, /Change the prompt/],
		['an image that is too small', 'image_too_small', /too small/, /larger/],
		[
			'an image that it cannot read',
			'image_load_error',
			/could not read an image/,
			/PNG, JPEG or WebP/,
		],
		['an image that it cannot fetch', 'file_download_error', /could not fetch/, /log-in/],
		[
			'a value that it does not take',
			'less_than_equal',
			/does not accept/,
			/prompt: Input should be less than/,
		],
	])('%s', async (_name, kind, message, description) => {
		const parameters = { prompt: `blue [fault: result=${kind}]` };
		const error = failure(await bench.edit({ parameters }));
		const [job] = bench.fal.jobs;
		expect(error.message).toMatch(message);
		expect(error.description).toMatch(description);
		expect(error.description).toContain(job?.id);
		expect(error).toMatchObject({
			name: 'NodeApiError',
			httpCode: '422',
			context: { itemIndex: 0, request_id: job?.id, httpCode: 422 },
		});
		expect(bench.calls('submit')).toHaveLength(1);
	});

	it('every entry of a 422 with a list of details', async () => {
		const detail = [
			{
				loc: ['body', 'num_images'],
				msg: 'Input should be less than or equal to 4',
				type: 'less_than_equal',
			},
			{ loc: ['body', 'image_urls', 1], msg: 'Failed to load the image', type: 'image_load_error' },
			{ loc: ['prompt'], msg: 'Field required', type: 'missing' },
		];
		bench.take({ stage: 'submit', kind: 'status', status: 422, body: { detail } });
		const error = failure(await bench.edit());
		expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '422' });
		expect(error.description).toMatch(/num_images: Input should be less than or equal to 4/);
		expect(error.description).toMatch(/image_urls\.1: Failed to load the image/);
		expect(error.description).toMatch(/prompt: Field required/);
	});

	it('a failure that the status shows beside COMPLETED', async () => {
		const error = failure(
			await bench.edit({ parameters: { prompt: 'b [fault: status=completed-error]' } }),
		);
		expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '500' });
		expect(error.description).toContain(bench.fal.jobs[0]?.id);
	});

	it.each(['empty-images', 'no-images', 'no-url', 'odd-scheme'])(
		'a result with %s',
		async (kind) => {
			const error = failure(
				await bench.edit({ parameters: { prompt: `b [fault: result=${kind} x9]` } }),
			);
			expect(error.message).not.toBe('');
			expect(error.description).toContain(bench.fal.jobs[0]?.id);
			expect(error.context).toMatchObject({ itemIndex: 0, request_id: bench.fal.jobs[0]?.id });
			expect(bench.calls('submit')).toHaveLength(1);
		},
	);

	it('an image that is gone before it is downloaded', async () => {
		const error = failure(await bench.edit({ parameters: { prompt: 'b [fault: download=gone]' } }));
		expect(error.message).toMatch(/image|download/i);
		expect(error.context).toMatchObject({ itemIndex: 0, request_id: bench.fal.jobs[0]?.id });
	});
});

it.each(['html', 'no-request-id', 'drop-after', '500-html', '502', '504', '408'])(
	'an order that fal may have taken is not sent again, and the description says so: %s',
	async (kind) => {
		bench.take({ stage: 'submit', kind });
		const error = failure(await bench.edit());
		expect(error.description).toMatch(/may have taken/);
		expect(bench.calls('submit')).toHaveLength(1);
	},
);

it.each(['broken-json', 'empty'])(
	"an order whose answer is broken is found again by the id in fal's header: %s",
	async (kind) => {
		bench.take({ stage: 'submit', kind });
		const [item] = (await bench.edit()).outputs.flat();
		expect(item?.json.request_id).toBe(bench.fal.jobs[0]?.id);
		expect(bench.calls('submit')).toHaveLength(1);
	},
);
