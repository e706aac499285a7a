import { ENDPOINT } from '../../nodes/shared/fal/http/client';
import type { Purse } from './purse';

type Headers = Record<string, string>;

export interface Request {
	method?: string;
	headers?: Headers;
	/** an object is sent as JSON */
	body?: unknown;
	/** in place of the account's; null for none */
	key?: string | null;
	signal?: AbortSignal;
}

/** An answer as it came, whatever its status. */
export interface Answer {
	status: number;
	/** names in lower case */
	headers: Headers;
	bytes: Buffer;
	/** the parts of a JSON object; empty for anything else */
	json: Record<string, unknown>;
	ms: number;
}

export interface WireOptions {
	/** `<key id>:<secret>` */
	key: string;
	/** what plays fal: the host goes into the path there */
	at?: string;
	/** ms for one call */
	deadline: number;
}

export const QUEUE = 'https://queue.fal.run';
export const ORDER_ADDRESS = `${QUEUE}/${ENDPOINT}`;

function asObject(bytes: Buffer): Record<string, unknown> {
	try {
		return Object(JSON.parse(bytes.toString('utf8'))) as Record<string, unknown>;
	} catch {
		return {};
	}
}

const bodyOf = (body: unknown): RequestInit['body'] => {
	if (body === undefined) return undefined;
	return Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body);
};

const isResult = /\/requests\/([^/]+?)(\/response)?\/?$/;

/** The only way to fal, for the checks and for what the node sends: nothing is ordered beside the budget. */
export class Wire {
	/** set once the price is known; nothing is ordered before */
	purse?: Purse;

	constructor(readonly options: WireOptions) {}

	/** Where an address of fal's lies. */
	place(url: string): string {
		const { at } = this.options;
		const { host, pathname, search } = new URL(url);
		const isApi = /^(queue\.|rest\.|api\.)?fal\.(run|ai)$/.test(host);
		return at && isApi ? `${at}/${host}${pathname}${search}` : url;
	}

	/** Opens an answer that is no order's: an event stream. Redirects are not followed. */
	async open(url: string, { method = 'GET', headers, body, key, signal }: Request = {}) {
		const own = key === undefined ? this.options.key : key;
		const json = body !== undefined && !Buffer.isBuffer(body);
		return await fetch(this.place(url), {
			method,
			redirect: 'manual',
			headers: {
				...(own !== null && { authorization: `Key ${own}` }),
				...(json && { 'content-type': 'application/json' }),
				...headers,
			},
			body: bodyOf(body),
			signal,
		});
	}

	/**
	 * One call and its whole answer.
	 *
	 * @throws NotWithinBudget before an order; the error of `fetch`, where the order may have been taken
	 */
	async call(url: string, request: Request = {}): Promise<Answer> {
		const start = Date.now();
		const entry = this.isOrder(url, request) ? this.hold(request.body) : undefined;
		const deadline = AbortSignal.timeout(this.options.deadline);
		const response = await this.open(url, { ...request, signal: deadline });
		const bytes = Buffer.from(await response.arrayBuffer());
		const headers = Object.fromEntries(response.headers);
		const { status } = response;
		const answer = { status, headers, bytes, json: asObject(bytes), ms: Date.now() - start };
		if (entry) this.purse?.answered(entry, { status, requestId: idOf(answer) });
		const [, requestId] = isResult.exec(new URL(url).pathname) ?? [];
		if (requestId && (request.method ?? 'GET') === 'GET') this.noteEnd(requestId, answer);
		return answer;
	}

	/** A call with another key costs us nothing. */
	private isOrder(url: string, { method, key }: Request): boolean {
		return method === 'POST' && key === undefined && /^(queue\.)?fal\.run$/.test(new URL(url).host);
	}

	private hold(body: unknown) {
		if (!this.purse) throw new Error('Nothing is ordered before the price is known');
		const { prompt, num_images = 1, resolution } = Object(body) as Record<string, unknown>;
		return this.purse.hold(String(prompt), Number(num_images) * (resolution === '4K' ? 2 : 1));
	}

	private noteEnd(requestId: string, { status, headers, json }: Answer): void {
		const said = headers['x-fal-billable-units'];
		this.purse?.ended(requestId, {
			status,
			units: said === undefined ? undefined : Number(said),
			errorType: headers['x-fal-error-type'] ?? (json.error_type as string | undefined),
		});
	}
}

/** The request that an answer names, in its body or in fal's header. */
export function idOf({ json, headers }: Pick<Answer, 'json' | 'headers'>): string | undefined {
	const id = json.request_id ?? headers['x-fal-request-id'];
	return typeof id === 'string' ? id : undefined;
}
