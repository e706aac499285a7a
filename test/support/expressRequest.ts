import type { IncomingMessage, ServerResponse } from 'node:http';

export async function readBody(request: IncomingMessage): Promise<Buffer> {
	const parts: Buffer[] = [];
	for await (const part of request) parts.push(part as Buffer);
	return Buffer.concat(parts);
}

export /** What n8n's web server puts on top of Node's own response. */
function withExpress(response: ServerResponse) {
	return Object.assign(response, {
		status(code: number) {
			response.statusCode = code;
			return response;
		},
		json(body: unknown) {
			response.end(JSON.stringify(body));
		},
	});
}

export type ExpressResponse = ReturnType<typeof withExpress>;

/** Where n8n has the body of a request: read already, as for JSON, or only for who asks. */
export type BodyIs = 'read' | 'on demand' | 'nowhere';

export function withBody(rawBody: Buffer, is: BodyIs = 'read') {
	if (is === 'nowhere') return {};
	if (is === 'read') return { rawBody, readRawBody: async () => undefined };
	return {
		async readRawBody() {
			Object.assign(this, { rawBody });
		},
	};
}
