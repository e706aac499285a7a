import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { outputOf, runsOf, type ExecutionResult, type Item } from '../../n8n';
import { useBench, type Bench, type BenchOptions } from './bench';
import { describeWebhook } from './webhookSuite';
import { photo, photos, sha256 } from './images';
import { chain, edit, manualTrigger, readFiles, setFields, writeFile } from './workflow';

/** How a workflow's user names a file on an item, and the JSON of an item of an earlier node. */
const ways = {
	separate: { field: 'data', before: "$('Read Images').item.json" },
	// With files in the JSON, n8n's expressions give the JSON itself as the item.
	combined: { field: '_files.data', before: "$('Read Images').item" },
};

/** Reads a folder, edits each image twice, and writes what was made, named after what was read. */
function editFolder(bench: Bench, folder: keyof typeof ways) {
	const { field, before } = ways[folder];
	const beforeName = `${before}.fileName`;
	const target = bench.makeFolder(`${folder}-edited`);
	return chain(
		`Edit ${folder}`,
		[
			manualTrigger,
			readFiles(`${bench.pathOf(folder)}/*`),
			edit({ prompt: `=Edit {{ ${beforeName} }}`, numImages: 2, outputFormat: 'webp' }),
			writeFile(`=${target}/{{ ${beforeName} }}-{{ $json.index }}.webp`, field),
		],
		{ binaryMode: folder },
	);
}

/** The job in which an image was edited, by the prompt that names it. */
const jobOf = (bench: Bench, name: string) => {
	const job = bench.fal.jobs.find(
		({ input }) => (input as { prompt: string }).prompt === `Edit ${name}`,
	);
	if (!job) throw new Error(`fal got no edit of ${name}`);
	return job;
};

const itemsOf = (execution: ExecutionResult, requestId: string): Item[] =>
	outputOf(execution, 'Write Image').filter(({ json }) => json.request_id === requestId);

async function expectSameBytes(bench: Bench, execution: ExecutionResult, folder: string) {
	const images = await photos();
	expect(bench.fal.jobs).toHaveLength(Object.keys(images).length);
	for (const [name, bytes] of Object.entries(images)) {
		const job = jobOf(bench, name);
		expect({ name, received: bench.received(job) }).toEqual({ name, received: [sha256(bytes)] });
		const items = itemsOf(execution, job.id);
		expect(items).toHaveLength(2);
		for (const { json } of items) {
			const written = bench.hashOfFile(`${folder}-edited`, `${name}-${json.index}.webp`);
			expect(written).toBe(sha256(await bench.atFal(json.url)));
		}
	}
}

/** In both of n8n's ways to hold files on an item. */
function describeFolders(bench: Bench, combined: boolean) {
	it('gives fal the bytes on disk, and writes to disk the bytes fal made', async () => {
		bench.putFiles('separate', await photos());
		const execution = await bench.run(editFolder(bench, 'separate'));
		expect(execution.status).toBe('success');
		await expectSameBytes(bench, execution, 'separate');
	});

	if (!combined) return;
	it('does the same with files kept in the JSON (binaryMode: combined)', async () => {
		bench.putFiles('combined', await photos());
		const execution = await bench.run(editFolder(bench, 'combined'));
		expect(execution.status).toBe('success');
		await expectSameBytes(bench, execution, 'combined');
		const [item] = outputOf(execution, 'Edit');
		expect(item?.binary).toBeUndefined();
		expect(item?.json._files).toEqual({
			data: expect.objectContaining({ mimeType: 'image/webp' }),
		});
	});
}

function describeSizes(bench: Bench) {
	it('carries a 4K result whole', async () => {
		bench.putFiles('large', { 'cut-out.png': await photo('cut-out.png') });
		const path = bench.pathOf('large.png');
		const execution = await bench.run(
			chain('4K', [
				manualTrigger,
				readFiles(bench.pathOf('large', '*')),
				edit({ resolution: '4K', outputFormat: 'png' }),
				writeFile(path),
			]),
		);
		const [item] = outputOf(execution, 'Write Image');
		expect(bench.hashOfFile('large.png')).toBe(sha256(await bench.atFal(item?.json.url)));
		const { width, height } = await sharp(readFileSync(path)).metadata();
		expect(Math.max(width, height)).toBeGreaterThan(3800);
		expect(item?.json).toMatchObject({ width, height, content_type: 'image/png' });
	});
}

function describeTiming(bench: Bench, store: string) {
	it('prints the time from COMPLETED at fal to the file in n8n', async () => {
		bench.putFiles('one', { 'plain.png': await photo('plain.png') });
		const execution = await bench.run(
			chain('One', [
				manualTrigger,
				readFiles(bench.pathOf('one', '*')),
				edit({ prompt: '[latency: 1500] Make it night' }),
				setFields('After', { done: 'yes' }),
			]),
		);
		const [run] = runsOf(execution, 'Edit');
		expect(run?.executionStatus).toBe('success');
		const end = (run?.startTime ?? 0) + (run?.executionTime ?? 0);
		const taken = end - (bench.fal.jobs[0]?.completedAt ?? 0);
		process.stdout.write(
			`\n  ${store}: ${taken} ms from COMPLETED at fal to the file in n8n ` +
				`(the node ran ${run?.executionTime} ms, fal's work 1500 ms)\n`,
		);
	});
}

/** Real files through real nodes, in one of n8n's stores for files. */
export function describeFiles(
	store: NonNullable<BenchOptions['binaryStore']>,
	{ combined = true, ...options }: Omit<BenchOptions, 'binaryStore'> & { combined?: boolean } = {},
): void {
	describe(`files in n8n's ${store} store`, () => {
		const bench = useBench({ ...options, binaryStore: store });
		describeFolders(bench, combined);
		describeSizes(bench);
		describeWebhook(bench);
		describeTiming(bench, store);
	});
}
