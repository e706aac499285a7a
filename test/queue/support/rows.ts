import { smallDataUri, withText } from '../../bench/images';
import { chain, code, edit, type NodeSpec } from '../../e2e/support/workflow';
import type { EmulatorOptions } from '../../emulator';
import type { Workflow } from '../../n8n';

/** A fal that makes an image of its own for every prompt, of the size of a small real one. */
export async function distinctImages(): Promise<EmulatorOptions> {
	const png = Buffer.from((await smallDataUri()).split(',')[1] ?? '', 'base64');
	return { image: ({ prompt }) => withText(png, prompt), outputBytes: 300_000 };
}

export const webhook = (path: string): NodeSpec => ({
	name: 'Rows Arrive',
	type: 'n8n-nodes-base.webhook',
	typeVersion: 2.1,
	webhookId: path,
	parameters: { httpMethod: 'POST', path, options: {} },
});

const makeRows = `const { run, rows } = $input.first().json.body;
return Array.from({ length: rows }, (_, row) => ({ json: { run, row } }));`;

/** What the prompts of a run begin with. */
export const promptsOf = (run: number) => `Run ${run} row `;
export const promptOf = (run: number, row: number) => `${promptsOf(run)}${row}`;

/** Edits as many rows as a call of the webhook asks for, `{ run, rows }`. */
export async function rowsFromWebhook(path: string, settings = {}): Promise<Workflow> {
	const images = { values: [{ source: 'url', url: await smallDataUri() }] };
	const prompt = '=Run {{ $json.run }} row {{ $json.row }}';
	return chain(path, [
		webhook(path),
		code('Make Rows', makeRows),
		edit({ prompt, images }, settings),
	]);
}

/** Calls the webhook at one of n8n's processes; it answers at once. */
export async function send(url: string, body: object): Promise<void> {
	const headers = { 'content-type': 'application/json' };
	const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
	if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}
