import { readdirSync, readFileSync } from 'node:fs';
import { outputOf } from '../../n8n';
import type { Bench } from './bench';
import { photo, photos, sha256 } from './images';
import { fillIn, readTemplate } from './templates';

const columns = ['image', 'instruction', 'result', 'problem', 'url', 'description'];

const address = 'https://example.com/shop/mug.png';

function describeRows(bench: Bench): void {
	it('table-rows-to-edited-images: each result goes into its own row, once', async () => {
		bench.fal.settings.publicFiles = { [address]: await photo('web.webp') };
		const table = await bench.n8n.api.createDataTable('photo edits', columns);
		const instructions = ['Row 0', '[fault: model=422-policy] Row 1', 'Row 2', 'Row 3'];
		const own = { url: 'https://shop.example.com/mug', description: 'A mug' };
		const rows = instructions.map((instruction) => ({ image: address, instruction, ...own }));
		await bench.n8n.api.addRows(table, [
			...rows,
			{ image: address, instruction: 'Done before', result: 'https://example.com/done.png' },
		]);
		const template = readTemplate('table-rows-to-edited-images');
		const execution = await bench.run(template, 'When You Click Execute');
		expect(execution.status).toBe('success');
		expect(bench.fal.jobs).toHaveLength(instructions.length);

		const written = await bench.n8n.api.rows(table);
		const [first, refused, third, fourth, done] = written;
		for (const row of [first, third, fourth]) {
			const edited = outputOf(execution, 'Edit the Image').find(({ json }) => json.id === row?.id);
			const job = bench.fal.jobs.find(({ id }) => id === edited?.json.edited_request_id);
			expect(job?.input).toMatchObject({ prompt: row?.instruction });
			expect(row?.result).toBe(edited?.json.edited_url);
			expect(edited?.json).toMatchObject(own);
			expect(row).toMatchObject(own);
		}
		expect(refused?.result ?? '').toBe('');
		expect(String(refused?.problem).length).toBeGreaterThan(20);
		expect(done?.result).toBe('https://example.com/done.png');

		const again = await bench.run(template, 'When You Click Execute');
		expect(outputOf(again, 'Rows Without a Result')).toHaveLength(1);
	});
}

function describeFolder(bench: Bench): void {
	it('folder-of-images-in-bulk: every image is written, and one that is none is reported', async () => {
		const from = bench.putFiles('bulk', {
			...(await photos()),
			'not-one.png': Buffer.from('Hello'),
		});
		const to = bench.makeFolder('bulk-edited');
		const values: Record<string, string> = { from, to, instruction: 'White background' };
		const template = fillIn(
			'folder-of-images-in-bulk',
			'Choose Folders and Instruction',
			({ parameters }) => {
				const { assignments } = parameters.assignments as { assignments: Array<{ name: string }> };
				const filled = assignments.map((one) => ({ ...one, value: values[one.name] }));
				return { assignments: { assignments: filled } };
			},
		);
		const execution = await bench.run(template(), 'When You Click Execute');
		expect(execution.status).toBe('success');
		const names = Object.keys(await photos()).map((name) => name.replace(/\.\w+$/, '.png'));
		expect(readdirSync(to).sort()).toEqual([...names, 'report.csv'].sort());
		for (const { json } of outputOf(execution, 'Write the Edited Image')) {
			expect(sha256(readFileSync(String(json.fileName)))).toBe(sha256(await bench.atFal(json.url)));
		}
		const report = readFileSync(`${to}/report.csv`, 'utf8').trim().split('\n');
		expect(report).toHaveLength(2);
		expect(report[1]).toMatch(/^not-one\.png,/);
	});
}

/** Templates that work through many images. */
export function describeBatchTemplates(bench: Bench): void {
	describeRows(bench);
	describeFolder(bench);
}
