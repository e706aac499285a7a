import type { Workflow, WorkflowNode } from '../../n8n';
import { until } from '../../support/until';
import type { GoogleBench } from './googleBench';
import { photo, sha256 } from './images';
import { callbackAddress, readTemplate } from './templates';

const HEAD = [
	'article',
	'image',
	'second_image',
	'instruction',
	'result',
	'cost',
	'edited_at',
	'problem',
];

const mug = 'https://example.com/mug.png';
const logo = 'https://example.com/logo.webp';

const promptOf = (job: { input: unknown }) => (job.input as { prompt: string }).prompt;

/** A template with the addresses that its user pastes in. */
function filledIn(bench: GoogleBench, name: string): Workflow {
	const { sheets, drive } = bench.google;
	const folder = ({ id }: { id: string }) => `https://drive.google.com/drive/folders/${id}`;
	const template = readTemplate(name);
	const pasted: Array<[string, string]> = [
		['https://docs.google.com/spreadsheets/d/YOUR-SHEET/edit', sheets.url],
		['https://drive.google.com/drive/folders/YOUR-FOLDER', folder(drive.mine)],
		['https://drive.google.com/drive/folders/YOUR-OTHER-FOLDER', folder(drive.edited)],
		['https://n8n.example.com/webhook/PASTE-THE-PRODUCTION-URL', callbackAddress(bench, template)],
	];
	const text = pasted.reduce(
		(before, [from, to]) => before.replaceAll(JSON.stringify(from), () => JSON.stringify(to)),
		JSON.stringify(template.nodes),
	);
	return { ...template, nodes: JSON.parse(text) as WorkflowNode[] };
}

async function fillSheet(bench: GoogleBench, rows: string[][]): Promise<void> {
	bench.fal.settings.publicFiles = {
		[mug]: await photo('plain.png'),
		[logo]: await photo('web.webp'),
	};
	bench.google.sheets.rows = [HEAD, ...rows];
}

/** Each row's link leads to the file in Drive that fal has made for that row. */
async function expectSaved(bench: GoogleBench, articles: string[]): Promise<void> {
	const { sheets, drive } = bench.google;
	for (const article of articles) {
		const row = sheets.records.find((one) => one.article === article);
		const job = bench.fal.jobs.find((one) => promptOf(one) === row?.instruction);
		const [, id = ''] = /\/d\/([^/]+)\/view$/.exec(String(row?.result)) ?? [];
		const file = drive.files.get(id);
		expect(file).toMatchObject({ name: `${article}.png`, mimeType: 'image/png' });
		const [image] = await bench.imagesOf(job);
		expect(file && sha256(file.bytes)).toBe(sha256(await bench.atFal(image)));
		expect(row).toMatchObject({ cost: 0.15, problem: '' });
		expect(Date.parse(String(row?.edited_at))).toBeGreaterThan(Date.now() - 600_000);
	}
}

function describeRows(bench: GoogleBench): void {
	it('google-sheet-to-images: two images a row, saved in Drive, written back, free again', async () => {
		await fillSheet(bench, [
			['A-1', mug, logo, 'Put the logo on the mug'],
			['A-2', mug, '', 'Make it night'],
			['A-3', mug, '', '[fault: model=422-policy] Make it odd'],
			['A-4', '', '', 'Without an image'],
			['A-5', mug, '', 'Done before', 'https://example.com/done'],
			['A-6', mug, '', ''],
		]);
		const workflow = filledIn(bench, 'google-sheet-to-images');
		const execution = await bench.run(workflow, 'When You Click Execute');
		expect(execution.status).toBe('success');
		await expectSaved(bench, ['A-1', 'A-2']);
		const [first, , refused, empty, done, unasked] = bench.google.sheets.records;
		const job = bench.fal.jobs.find((one) => promptOf(one) === first?.instruction);
		expect(job?.input).toMatchObject({ image_urls: [mug, logo] });
		expect(refused).toMatchObject({ problem: expect.stringMatching(/content filter/) });
		expect(String(empty?.problem)).toMatch(/image|image|address/i);
		expect(done).toMatchObject({ result: 'https://example.com/done' });
		expect(unasked?.result ?? '').toBe('');

		const orders = bench.fal.jobs.length;
		bench.google.sheets.rows = bench.google.sheets.rows.filter(
			([article]) => article !== 'A-3' && article !== 'A-4',
		);
		expect((await bench.run(workflow, 'When You Click Execute')).status).toBe('success');
		expect(bench.fal.jobs).toHaveLength(orders);
	});

	it('google-sheet-to-images: 100 rows are 100 orders, and run twice they still are', async () => {
		const articles = Array.from({ length: 100 }, (_, at) => `B-${at}`);
		await fillSheet(
			bench,
			articles.map((article) => [article, mug, '', `Edit of ${article}`]),
		);
		const workflow = filledIn(bench, 'google-sheet-to-images');
		expect((await bench.run(workflow, 'When You Click Execute')).status).toBe('success');
		expect(bench.fal.jobs).toHaveLength(100);
		await expectSaved(bench, articles);
		expect((await bench.run(workflow, 'When You Click Execute')).status).toBe('success');
		expect(bench.fal.jobs).toHaveLength(100);
	});
}

/** n8n looks once a minute, and not more often. */
const nextLook = { every: 100, longest: 150_000 };

async function publishNewRow(bench: GoogleBench) {
	await fillSheet(bench, [['C-0', mug, '', 'Was there before']]);
	const { sheets } = bench.google;
	const looks = sheets.calls.read;
	const saved = await bench.publish(filledIn(bench, 'new-row-in-google-sheet'));
	// The look at the publication only notes how many rows there are.
	await until(() => sheets.calls.read > looks, nextLook);
	return saved;
}

async function expectNewRows(bench: GoogleBench): Promise<void> {
	const { sheets } = bench.google;
	const row = (article: string) => sheets.records.find((one) => one.article === article);
	await until(
		() => Boolean(row('C-1')?.result && row('C-2')?.result && row('C-3')?.problem),
		nextLook,
	);
	for (const article of ['C-1', 'C-2']) {
		const job = bench.fal.jobs.find((one) => promptOf(one) === row(article)?.instruction);
		expect(row(article)).toMatchObject({ result: (await bench.imagesOf(job))[0], cost: 0.15 });
	}
	expect(row('C-3')).toMatchObject({ problem: expect.stringMatching(/content filter/) });
	expect(row('C-0')?.result ?? '').toBe('');
}

async function addFiles({ google: { drive } }: GoogleBench): Promise<void> {
	const parents = [drive.mine.id];
	const [png, jpeg] = [await photo('plain.png'), await photo('phone.jpg')];
	drive.add({ name: 'Tasse blau.png', mimeType: 'image/png', parents, bytes: png });
	// As Drive labels what it does not know.
	drive.add({ name: 'IMG_0001', parents, bytes: jpeg });
	drive.add({ name: 'notes.txt', mimeType: 'text/plain', parents, bytes: Buffer.from('Hello') });
}

async function expectEditedFiles(bench: GoogleBench): Promise<void> {
	const { drive } = bench.google;
	const files = () => drive.in(drive.edited);
	await until(() => files().length >= 2, nextLook);
	expect(
		files()
			.map(({ name }) => name)
			.sort(),
	).toEqual(['IMG_0001.png', 'Tasse blau.png']);
	const jobs = bench.fal.jobs.filter((job) => promptOf(job).startsWith('Replace the background'));
	expect(jobs).toHaveLength(2);
	const made = await Promise.all(
		jobs.map(async (job) => sha256(await bench.atFal((await bench.imagesOf(job))[0]))),
	);
	expect(
		files()
			.map(({ bytes }) => sha256(bytes))
			.sort(),
	).toEqual(made.sort());
}

function describeTriggers(bench: GoogleBench): void {
	// One wait for both: n8n's triggers look once a minute.
	it('new-row-in-google-sheet and drive-folder-to-folder: what is added comes back edited', async () => {
		const published = [
			await publishNewRow(bench),
			await bench.publish(filledIn(bench, 'drive-folder-to-folder')),
		];
		// Drive is asked for what is later than the last look, to the second.
		const second = new Date().getSeconds();
		await until(() => new Date().getSeconds() !== second, { every: 50 });
		await addFiles(bench);
		bench.google.sheets.rows.push(
			['C-1', mug, logo, 'Put the logo on'],
			['C-2', mug, '', 'Make it night'],
			['C-3', mug, '', '[fault: model=422-policy] Make it odd'],
		);
		await expectNewRows(bench);
		await expectEditedFiles(bench);
		for (const { id } of published) await bench.n8n.api.deactivate(id);
		expect(bench.fal.jobs).toHaveLength(5);
	}, 400_000);
}

/** Templates with Google Sheets and Google Drive, by n8n's own nodes. */
export function describeGoogleTemplates(bench: GoogleBench): void {
	describeRows(bench);
	describeTriggers(bench);
}
