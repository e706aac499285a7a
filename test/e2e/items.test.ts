import { errorOf, outputOf } from '../n8n';
import { useBench } from './support/bench';
import { photo, sha256 } from './support/images';
import {
	chain,
	code,
	edit,
	manualTrigger,
	onErrorOutput,
	readFiles,
	setFields,
} from './support/workflow';

const ROWS = 6;
const REFUSED = 2;

/** Items without files; the images are addresses, which fal fetches itself. */
const rows = (prompt: string) =>
	code(
		'Rows',
		`return Array.from({ length: ${ROWS} }, (_, row) => ({ json: { row, prompt: ${prompt} } }));`,
	);

describe('many items', () => {
	const url = 'https://example.com/photo.png';
	const bench = useBench();
	beforeAll(async () => {
		bench.fal.settings.publicFiles[url] = await photo('web.webp');
	});

	const fromUrl = { images: { values: [{ source: 'url', url }] } };
	const number = '={{ $json.prompt }}';

	it('stay linked: a node after ours reads what stood before it', async () => {
		const execution = await bench.run(
			chain('Linked', [
				manualTrigger,
				// The first take longest, so that they are made in another order than they came in.
				rows('`[latency: ${(5 - row) * 60}] Row ${row}`'),
				edit({ ...fromUrl, prompt: number, numImages: 2, options: { includeInputFields: false } }),
				setFields('After', { row: "={{ $('Rows').item.json.row }}", made: '={{ $json.url }}' }),
			]),
		);
		expect(execution.status).toBe('success');
		const items = outputOf(execution, 'After').map(({ json }) => json);
		const expected = Array.from({ length: ROWS * 2 }, (_, at) => String(Math.floor(at / 2)));
		expect(items.map(({ row }) => row)).toEqual(expected);
		for (const { row, request_id } of items) {
			const job = bench.fal.jobs.find(({ id }) => id === request_id);
			expect((job?.input as { prompt: string }).prompt).toContain(`Row ${String(row)}`);
		}
	});

	const withOneRefused = (onError: string) =>
		chain(onError, [
			manualTrigger,
			rows(`(row === ${REFUSED} ? '[fault: model=422-policy] ' : '') + 'Row ' + row`),
			edit({ ...fromUrl, prompt: number }, { onError }),
			setFields('Made', { good: '={{ $json.url }}' }),
		]);

	it('go the way of the error output when they fail, and the others go on', async () => {
		const report = setFields('Report', { failedRow: "={{ $('Rows').item.json.row }}" });
		const execution = await bench.run(
			onErrorOutput(withOneRefused('continueErrorOutput'), 'Edit', report),
		);
		expect(execution.status).toBe('success');
		const good = outputOf(execution, 'Made').map(({ json }) => json.row);
		expect(good).toEqual([0, 1, 3, 4, 5]);
		const [failed, ...more] = outputOf(execution, 'Report');
		expect(more).toEqual([]);
		expect(failed?.json).toMatchObject({ row: REFUSED, failedRow: String(REFUSED) });
		expect(failed?.json.error).toEqual(expect.any(String));
		expect(failed?.json.details).toMatchObject({ request_id: expect.any(String), http_code: 422 });
		expect(bench.fal.jobs).toHaveLength(ROWS);
	});

	it('stand among the others with On Error: Continue', async () => {
		const execution = await bench.run(withOneRefused('continueRegularOutput'));
		expect(execution.status).toBe('success');
		const items = outputOf(execution, 'Edit').map(({ json }) => json);
		expect(items).toHaveLength(ROWS);
		expect(items.flatMap(({ error }, at) => (error ? [at] : []))).toEqual([REFUSED]);
	});

	it('stop the workflow by default, with words and the request id', async () => {
		const execution = await bench.run(withOneRefused('stopWorkflow'));
		expect(execution.status).toBe('error');
		const error = errorOf(execution);
		expect(error?.context?.itemIndex).toBe(REFUSED);
		expect(error?.context?.request_id).toEqual(expect.any(String));
		expect(JSON.stringify(execution)).not.toContain(bench.fal.key);
	});

	it('make one edit of all their files when they are combined', async () => {
		const names = ['cut-out.png', 'phone.jpg', 'web.webp'] as const;
		const files = await Promise.all(names.map(async (name) => [name, await photo(name)] as const));
		bench.putFiles('combine', Object.fromEntries(files));
		const execution = await bench.run(
			chain('Combined', [
				manualTrigger,
				readFiles(bench.pathOf('combine', '*')),
				edit({ combineItems: true }),
			]),
		);
		const [item, ...more] = outputOf(execution, 'Edit');
		expect(more).toEqual([]);
		expect(item?.pairedItem).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
		const received = bench.fal.jobs.flatMap((job) => bench.received(job));
		expect(received.sort()).toEqual(files.map(([, bytes]) => sha256(bytes)).sort());
	});
});
