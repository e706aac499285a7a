import { startService, type RunningService, type ServiceCall } from '../../services/server';
import type { NodeSpec } from './workflow';

/** A file that arrived somewhere. */
export interface Arrived {
	name: string;
	type: string;
	bytes: Buffer;
}

/** A host that gives files out as careless hosts do, and keeps what is sent to it. */
export class FileHost {
	readonly files: Record<string, { bytes: Buffer; headers: Record<string, string> }> = {};
	readonly posted: ServiceCall[] = [];
	private service?: RunningService;

	async open(): Promise<void> {
		this.service = await startService((call) => {
			if (call.method === 'POST') {
				this.posted.push(call);
				return {
					status: 200,
					headers: { 'content-type': 'application/json' },
					body: '{"kept":true}',
				};
			}
			const file = this.files[call.url.pathname];
			return file ? { status: 200, headers: file.headers, body: file.bytes } : { status: 404 };
		});
	}

	async close(): Promise<void> {
		await this.service?.close();
	}

	get url(): string {
		return this.service?.url ?? '';
	}
}

/** The files of a form that was posted. */
export async function filesIn({ body, headers }: ServiceCall): Promise<Arrived[]> {
	const form = await new Response(new Uint8Array(body), {
		headers: { 'content-type': headers['content-type'] ?? '' },
	}).formData();
	const files = [...form.values()].filter((value): value is File => typeof value !== 'string');
	return await Promise.all(
		files.map(async (file) => ({
			name: file.name,
			type: file.type,
			bytes: Buffer.from(await file.arrayBuffer()),
		})),
	);
}

/** The files of a letter (RFC 2045), as n8n's mailer writes them. */
export function attachmentsOf(raw: string): Arrived[] {
	const [, boundary = ''] = /boundary="([^"]+)"/.exec(raw) ?? [];
	return raw.split(`--${boundary}`).flatMap((part) => {
		const [head = '', ...body] = part.split('\r\n\r\n');
		const [, name] = /filename="?([^";\r\n]+)/.exec(head) ?? [];
		const [, type = ''] = /Content-Type: ([^;\r\n]+)/.exec(head) ?? [];
		if (!name) return [];
		return [{ name, type, bytes: Buffer.from(body.join(''), 'base64') }];
	});
}

export const fetchFile = (url: string): NodeSpec => ({
	name: 'Fetch',
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.2,
	parameters: { url, options: { response: { response: { responseFormat: 'file' } } } },
});

const post = (name: string, url: string, parameters: object): NodeSpec => ({
	name,
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.2,
	parameters: { method: 'POST', url, sendBody: true, ...parameters, options: {} },
});

/** HTTP Request's "n8n Binary File": the bytes are the body. */
export const postBytes = (url: string, field = 'data') =>
	post('Send Bytes', url, { contentType: 'binaryData', inputDataFieldName: field });

/** HTTP Request's form with a file in it. */
export const postForm = (url: string, field = 'data') =>
	post('Send Form', url, {
		contentType: 'multipart-form-data',
		bodyParameters: {
			parameters: [{ parameterType: 'formBinaryData', name: 'image', inputDataFieldName: field }],
		},
	});

export const mail = (fields: string): NodeSpec => ({
	name: 'Mail',
	type: 'n8n-nodes-base.emailSend',
	typeVersion: 2.1,
	parameters: {
		fromEmail: 'shop@example.com',
		toEmail: 'person@example.com',
		subject: 'Your image',
		emailFormat: 'text',
		text: 'Here it is',
		options: { attachments: fields },
	},
});
