import type { Job } from '../../emulator';
import { submitForm } from '../../n8n';
import { until } from '../../support/until';
import type { Bench } from './bench';
import { photo, sha256 } from './images';
import { pollNow } from './polls';
import { fillIn, madeUrl, readTemplate } from './templates';

const LATER = 'submit-now-collect-later';

const imageOf = (name: unknown) => `https://example.com/${String(name)}.jpg`;

const promptOf = ({ input }: Job) => (input as { prompt: string }).prompt;

const isFinished = ({ state }: Job) => state === 'COMPLETED';

/** Lets the workflow poll until each row has a result or a reason; gives the rows. */
async function rowsPolled(bench: Bench, id: string, table: string, columns: [string, string]) {
	await until(() => bench.fal.jobs.every(isFinished));
	const isDone = (row: Record<string, unknown>) => columns.some((column) => row[column]);
	const all = async () => {
		await pollNow(bench, id);
		const rows = await bench.n8n.api.rows(table);
		return rows.length === bench.fal.jobs.length && rows.every(isDone);
	};
	await until(all, { longest: 120_000, every: 1_000 });
	return await bench.n8n.api.rows(table);
}

/** Each row has the image that fal made of its own order, or fal's reason. */
async function expectOwn(bench: Bench, rows: Array<Record<string, unknown>>, result: string) {
	for (const row of rows) {
		const job = bench.fal.jobs.find(({ id }) => id === row.request_id);
		const isRefused = job?.resultStatus !== 200;
		expect(row[result] || undefined).toBe(isRefused ? undefined : await madeUrl(bench, job));
		expect(row.problem ?? '').toMatch(isRefused ? /content filter refused/ : /^$/);
	}
}

/** Orders that are collected by a trigger that polls. */
export function describePollTemplates(bench: Bench): void {
	it('submit-now-collect-later: every image comes to its own row', async () => {
		const instructions = ['Make it night', '[fault: model=422-policy] Make it odd', 'Make it day'];
		const images = instructions.map((instruction, row) => ({
			...{ name: `row ${row}`, image: imageOf(row), instruction },
		}));
		const image = await photo('web.webp');
		bench.fal.settings.publicFiles = Object.fromEntries(images.map((one) => [one.image, image]));
		const columns = ['name', 'request_id', 'edited', 'problem'];
		const table = await bench.n8n.api.createDataTable('collected edits', columns);
		const filled = fillIn(LATER, 'Images and Instructions', () => ({
			jsonOutput: JSON.stringify({ images }),
		}));
		const { id } = await bench.publish(filled());
		await bench.n8n.api.runToEnd(id, 'When You Click Execute');
		const rows = await rowsPolled(bench, id, table, ['edited', 'problem']);
		expect(rows.map(({ name }) => name)).toEqual(images.map(({ name }) => name));
		for (const { name, request_id } of rows) {
			const job = bench.fal.jobs.find((one) => one.id === request_id);
			const own = images.find((one) => one.name === name);
			expect(job && promptOf(job)).toBe(own?.instruction);
		}
		await expectOwn(bench, rows, 'edited');
	});

	it('form-order-delivered-by-poll: an order of a form, its result in its row', async () => {
		const columns = ['customer', 'instruction', 'request_id', 'result', 'problem'];
		const table = await bench.n8n.api.createDataTable('form orders', columns);
		const { id } = await bench.publish(readTemplate('form-order-delivered-by-poll'));
		const bytes = await photo('phone.jpg');
		const Photo = [{ name: 'phone.jpg', type: 'image/jpeg', bytes }];
		const orders = ['Make it night', '[fault: model=422-policy] Make it odd'];
		for (const [at, Instruction] of orders.entries()) {
			const fields = { Email: `customer-${at}@example.com`, Instruction };
			await submitForm(`${bench.n8n.url}/form/order-photo`, fields, { Photo });
			await until(async () => (await bench.n8n.api.rows(table)).length === at + 1);
		}
		for (const job of bench.fal.jobs) expect(bench.received(job)).toEqual([sha256(bytes)]);
		const rows = await rowsPolled(bench, id, table, ['result', 'problem']);
		expect(rows).toMatchObject(
			orders.map((instruction, at) => ({ customer: `customer-${at}@example.com`, instruction })),
		);
		await expectOwn(bench, rows, 'result');
	});
}
