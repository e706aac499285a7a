import type { Bench } from './bench';
import { photo, sha256, type PhotoName } from './images';
import { chain, edit } from './workflow';

const webhook = (path: string) => ({
	name: 'Image Arrives',
	type: 'n8n-nodes-base.webhook',
	typeVersion: 2.1,
	webhookId: path,
	parameters: { httpMethod: 'POST', path, responseMode: 'responseNode', options: {} },
});

const respond = {
	name: 'Answer',
	type: 'n8n-nodes-base.respondToWebhook',
	typeVersion: 1.5,
	parameters: { respondWith: 'binary', options: {} },
};

const editor = (path: string, parameters = {}) =>
	chain(path, [webhook(path), edit(parameters), respond]);

const mimeTypeOf = (name: PhotoName) => (name.endsWith('png') ? 'image/png' : 'image/jpeg');

async function post(bench: Bench, path: string, body: FormData | Blob) {
	const response = await fetch(`${bench.n8n.url}/webhook/${path}`, { method: 'POST', body });
	const bytes = Buffer.from(await response.arrayBuffer());
	if (!response.ok) throw new Error(`The webhook answered ${response.status}: ${bytes.toString()}`);
	return { type: response.headers.get('content-type'), bytes };
}

/** The only image at fal: webhooks answer with bytes and no address. */
async function onlyImageAtFal(bench: Bench): Promise<Buffer> {
	const [call, ...others] = bench.fal.records.filter(({ stage }) => stage === 'download');
	expect(others).toEqual([]);
	return await bench.atFal(call?.url.replace(/^https?:\/\/[^/]+/, bench.fal.url));
}

/** An image in by HTTP, an image out in the answer. */
export function describeWebhook(bench: Bench): void {
	it('edits a posted form with two images and answers with the image', async () => {
		await bench.publish(editor('edit-form', { prompt: '={{ $json.body.what }}' }));
		const form = new FormData();
		form.append('what', 'Put the first on the second');
		const hashes = [];
		for (const name of ['cut-out.png', 'phone.jpg'] as const) {
			const bytes = await photo(name);
			hashes.push(sha256(bytes));
			form.append('photo', new Blob([new Uint8Array(bytes)], { type: mimeTypeOf(name) }), name);
		}
		const { type, bytes } = await post(bench, 'edit-form', form);
		expect(type).toContain('image/png');
		const [job] = bench.fal.jobs;
		expect(job?.input).toMatchObject({ prompt: 'Put the first on the second' });
		expect(job && bench.received(job)).toEqual(hashes);
		expect(sha256(bytes)).toBe(sha256(await onlyImageAtFal(bench)));
	});

	it('edits a posted raw image', async () => {
		const image = await photo('web.webp');
		await bench.publish(editor('edit-raw', { outputFormat: 'jpeg' }));
		const body = new Blob([new Uint8Array(image)], { type: 'image/webp' });
		const { type, bytes } = await post(bench, 'edit-raw', body);
		expect(type).toContain('image/jpeg');
		expect(bench.fal.jobs.map((job) => bench.received(job))).toEqual([[sha256(image)]]);
		expect(sha256(bytes)).toBe(sha256(await onlyImageAtFal(bench)));
	});
}
