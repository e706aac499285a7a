import { createRequire } from 'node:module';
import { n8nProgram, pinnedN8nVersion, submitForm } from '../../n8n';
import type { Bench } from './bench';
import { photo, sha256 } from './images';
import { madeUrl, readTemplate } from './templates';

type Row = Record<string, unknown>;

interface Spreadsheets {
	read: (bytes: Buffer) => { SheetNames: string[]; Sheets: Record<string, object> };
	write: (book: object, options: { bookType: string; type: 'buffer' }) => Buffer;
	utils: {
		json_to_sheet: (rows: Row[]) => object;
		sheet_to_json: (sheet: object, options: { defval: string }) => Row[];
	};
}

/** The library for spreadsheets that n8n itself brings along. */
const spreadsheets = () =>
	createRequire(n8nProgram(pinnedN8nVersion))('@e965/xlsx') as Spreadsheets;

const TYPES = {
	xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
	csv: 'text/csv',
};

const mug = 'https://example.com/mug.png';
const logo = 'https://example.com/logo.webp';

const rows: Row[] = [
	{
		'Größe, cm': 12,
		image: mug,
		instruction: 'Straße bei Nacht',
		result: '',
		note: 'a "b", c',
		url: 'https://shop.example.com/1',
		description: 'A mug',
	},
	{ 'Größe, cm': 7, image: `${mug}, ${logo}`, instruction: 'Put the logo on it' },
	{ 'Größe, cm': 8, image: mug, instruction: 'Old', result: 'https://example.com/old.png' },
	{ 'Größe, cm': 9, image: mug, instruction: '[fault: model=422-policy] Make it odd' },
	{ 'Größe, cm': 3, image: '', instruction: 'Without an image' },
];

function sheetOf(content: Row[], bookType: keyof typeof TYPES): Buffer {
	const { utils, write } = spreadsheets();
	const Sheets = { Articles: utils.json_to_sheet(content) };
	return write({ SheetNames: ['Articles'], Sheets }, { bookType, type: 'buffer' });
}

function rowsOf(bytes: Buffer): Row[] {
	const { read, utils } = spreadsheets();
	const { SheetNames, Sheets } = read(bytes);
	return utils.sheet_to_json(Sheets[SheetNames[0] ?? ''] ?? {}, { defval: '' });
}

/** The files that the last page of a form hands to the browser. */
function filesIn(html: string): Array<{ fileName: string; type: string; bytes: Buffer }> {
	const [, encoded = '%5B%5D'] = html.match(/decodeURIComponent\(['"]([^'"]+)/) ?? [];
	const files = JSON.parse(decodeURIComponent(encoded)) as Array<{
		fileName: string;
		type: string;
		data: { data: number[] };
	}>;
	return files.map(({ data, ...file }) => ({ ...file, bytes: Buffer.from(data.data) }));
}

async function upload(bench: Bench, name: string, bytes: Buffer, type: string) {
	const Sheet = [{ name, type, bytes }];
	const { status, html } = await submitForm(`${bench.n8n.url}/form/edit-a-sheet`, {}, { Sheet });
	expect(status).toBe('success');
	const [file, ...others] = filesIn(html);
	if (!file) throw new Error(`The page gives no file: ${html.slice(-2_000)}`);
	expect(others).toEqual([]);
	expect(file).toMatchObject({ fileName: name, type });
	return file.bytes;
}

const promptOf = (job: { input: unknown }) => (job.input as { prompt: string }).prompt;

async function expectFilledIn(bench: Bench, back: Row[]): Promise<void> {
	const made = async (prompt: unknown) =>
		await madeUrl(
			bench,
			bench.fal.jobs.find((job) => promptOf(job) === prompt),
		);
	for (const [at, row] of back.entries()) {
		const before = rows[at] ?? {};
		expect(String(row['Größe, cm'])).toBe(String(before['Größe, cm']));
		expect(row).toMatchObject({ image: before.image, instruction: before.instruction });
	}
	for (const row of back.slice(0, 2)) {
		expect(row.result).toBe(await made(row.instruction));
		expect(Number(row.cost)).toBeCloseTo(0.15);
		expect(Date.parse(String(row.edited_at))).toBeGreaterThan(Date.now() - 300_000);
		expect(row.problem).toBe('');
	}
	const { note, url, description } = rows[0] ?? {};
	expect(back[0]).toMatchObject({ note, url, description });
	expect(back[2]).toMatchObject({ result: 'https://example.com/old.png', problem: '' });
	expect(back[3]).toMatchObject({ result: '', problem: expect.stringMatching(/content filter/) });
	expect(back[4]).toMatchObject({
		result: '',
		problem: expect.stringMatching(/is empty\. Enter the address/),
	});
}

async function roundTrip(bench: Bench, kind: keyof typeof TYPES): Promise<void> {
	bench.fal.settings.publicFiles = {
		[mug]: await photo('plain.png'),
		[logo]: await photo('web.webp'),
	};
	const name = `Artikel Größen.${kind}`;
	const bytes = await upload(bench, name, sheetOf(rows, kind), TYPES[kind]);
	const back = rowsOf(bytes);
	expect(back).toHaveLength(rows.length);
	await expectFilledIn(bench, back);
	const both = bench.fal.jobs.find((job) => promptOf(job) === 'Put the logo on it');
	expect(both?.input).toMatchObject({ image_urls: [mug, logo] });

	const orders = bench.fal.jobs.length;
	const mended = back.map((row) => ({ ...row, result: row.result || 'done by hand' }));
	const again = await upload(bench, name, sheetOf(mended, kind), TYPES[kind]);
	expect(rowsOf(again).map(({ result }) => result)).toEqual(mended.map(({ result }) => result));
	expect(bench.fal.jobs).toHaveLength(orders);
	expect(sha256(again)).not.toBe(sha256(bytes));
}

/** A spreadsheet that comes by a form and goes back with results. */
export function describeSpreadsheet(bench: Bench): void {
	it('spreadsheet-file-and-back: an XLSX, then a CSV, come back filled in, and cost once', async () => {
		await bench.publish(readTemplate('spreadsheet-file-and-back'));
		await roundTrip(bench, 'xlsx');
		bench.fal.reset();
		await roundTrip(bench, 'csv');
	});
}
