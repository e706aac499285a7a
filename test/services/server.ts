import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call as a service sees it, read to its end. */
export interface ServiceCall {
	method: string;
	/** path and query, on a host that does not matter */
	url: URL;
	headers: Record<string, string>;
	body: Buffer;
}

export interface ServiceAnswer {
	status: number;
	headers?: Record<string, string>;
	body?: Buffer | string;
}

export type Service = (call: ServiceCall) => Promise<ServiceAnswer> | ServiceAnswer;

export interface RunningService {
	url: string;
	close: () => Promise<void>;
}

export const jsonAnswer = (status: number, value: unknown): ServiceAnswer => ({
	status,
	headers: { 'content-type': 'application/json; charset=utf-8' },
	body: JSON.stringify(value),
});

async function readCall(request: IncomingMessage): Promise<ServiceCall> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
	return {
		method: request.method ?? 'GET',
		url: new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`),
		headers: Object.fromEntries(headers) as Record<string, string>,
		body: Buffer.concat(chunks),
	};
}

function write(response: ServerResponse, { status, headers = {}, body = '' }: ServiceAnswer): void {
	const length = String(Buffer.byteLength(body));
	response.writeHead(status, { ...headers, 'content-length': length }).end(body);
}

/** Answers calls of Node's HTTP server by a service; a fault in the service itself is a 500. */
export const answerBy =
	(service: Service) =>
	(request: IncomingMessage, response: ServerResponse): void => {
		readCall(request)
			.then(async (call) => await service(call))
			.catch((error: unknown) => jsonAnswer(500, { fault: String(error) }))
			.then((answer) => write(response, answer))
			.catch(() => response.destroy());
	};

/** A service on a port of this machine. */
export async function startService(service: Service): Promise<RunningService> {
	const server = createServer(answerBy(service));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const close = async () => {
		server.closeAllConnections();
		await new Promise<void>((resolve) => server.close(() => resolve()));
	};
	return { url: `http://127.0.0.1:${port}`, close };
}
