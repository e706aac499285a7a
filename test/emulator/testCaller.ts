import sharp from 'sharp';

import type { Emulator } from './index';

export const endpoint = 'fal-ai/nano-banana-pro/edit';
export const app = 'fal-ai/nano-banana-pro';

export interface Reply {
	status: number;
	headers: Headers;
	body: Record<string, unknown>;
}

/** Calls to an emulator as a careful client makes them, with every header open to change. */
export class Caller {
	constructor(readonly emulator: Emulator) {}

	async call(
		method: string,
		path: string,
		body?: unknown,
		headers: Record<string, string> = {},
	): Promise<Reply> {
		const response = await fetch(`${this.emulator.url}/${path}`, {
			method,
			headers: {
				authorization: `Key ${this.emulator.key}`,
				'content-type': 'application/json',
				...headers,
			},
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		const text = await response.text();
		const parsed: unknown = /json/.test(response.headers.get('content-type') ?? '')
			? JSON.parse(text)
			: { text };
		return {
			status: response.status,
			headers: response.headers,
			body: parsed as Record<string, unknown>,
		};
	}

	submit(input: unknown, headers: Record<string, string> = {}, query = ''): Promise<Reply> {
		return this.call('POST', `queue.fal.run/${endpoint}${query}`, input, headers);
	}

	about(id: unknown, rest = '', method = 'GET'): Promise<Reply> {
		return this.call(method, `queue.fal.run/${app}/requests/${String(id)}${rest}`);
	}

	/** Submits, waits for COMPLETED, fetches the result. */
	async edit(input: unknown, headers: Record<string, string> = {}): Promise<Reply> {
		const { body } = await this.submit(input, headers);
		await this.completed(body.request_id);
		return await this.about(body.request_id);
	}

	async completed(id: unknown): Promise<Reply> {
		for (;;) {
			const status = await this.about(id, '/status?logs=1');
			if (status.body.status === 'COMPLETED' || status.status >= 400) return status;
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
	}

	async upload(bytes: Buffer, name = 'a.png', type = 'image/png'): Promise<string> {
		const body = { content_type: type, file_name: name };
		const path = 'rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3';
		const { body: urls } = await this.call('POST', path, body);
		await fetch(String(urls.upload_url), {
			method: 'PUT',
			headers: { 'content-type': type },
			body: new Uint8Array(bytes),
		});
		return String(urls.file_url);
	}
}

export async function testImage(width = 90, height = 60): Promise<Buffer> {
	return await sharp({ create: { width, height, channels: 3, background: '#3388cc' } })
		.png()
		.toBuffer();
}

/** A data URI, for tests in which the way of the image does not matter. */
export async function inlineImage(): Promise<string> {
	return `data:image/png;base64,${(await testImage()).toString('base64')}`;
}

export function firstImage(reply: Reply): Record<string, unknown> {
	return (reply.body.images as Array<Record<string, unknown>>)[0] ?? {};
}

export function firstType(reply: Reply): unknown {
	return (reply.body.detail as Array<Record<string, unknown>> | undefined)?.[0]?.type;
}
