import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IDataObject, IExecuteResponsePromiseData, INode } from 'n8n-workflow';
import { FalTrigger } from '../../nodes/FalTrigger/FalTrigger.node';
import { STATUSES_HEADER } from '../../nodes/FalTrigger/runSlots';
import { bodyOf } from '../e2e/support/callbacks';
import type { EditBench } from './edit';
import {
	readBody,
	withBody,
	withExpress,
	type BodyIs,
	type ExpressResponse,
} from './expressRequest';
import { runNode, type NodeResult } from './engine';
import { webhookContext } from './webhookContext';

type Headers = Record<string, string>;

let executions = 0;

export interface Delivery {
	requestId: string;
	callbackData: unknown;
}

export interface TriggerOptions {
	id?: string;
	path?: string;
	/** another one for each test that is about the keys which a process knows by this way */
	proxyUrl?: string;
	/** what a run on a worker does until it answers with the status given; without it runs are in this process */
	runsElsewhere?: () => Promise<number | number[]>;
	/** what n8n does before it saves a run */
	beforeSave?: () => Promise<void>;
	/** the trigger's own options */
	parameters?: IDataObject;
	/** `manual`: a test of the editor's */
	mode?: 'webhook' | 'manual';
	apiKey?: string;
	/** where n8n has the body of a request: read already, as for JSON, or only for who asks */
	body?: BodyIs;
}

/** A published trigger, in n8n's own contexts behind a web server of this process. */
export class CallbackServer {
	private server?: Server;
	/** the items of each run that was started */
	readonly runs: Delivery[][] = [];
	/** what has come out of the runs */
	readonly results: NodeResult[] = [];
	/** runs that have not ended, and the most of them at once */
	running = 0;
	most = 0;
	/** in n8n's log */
	readonly warnings: string[] = [];
	/** how often n8n has opened the credential to judge callbacks */
	opened = 0;
	/** what n8n does each time */
	opens?: () => Promise<undefined>;
	/** callbacks that n8n would answer as well, after the trigger */
	private answeredTwice = 0;

	constructor(
		private readonly bench: EditBench,
		private readonly options: TriggerOptions = {},
	) {}

	private get credential() {
		const { proxyUrl, apiKey } = this.options;
		return { ...this.bench.credential, ...(proxyUrl && { proxyUrl }), ...(apiKey && { apiKey }) };
	}

	private get node(): INode {
		const { id = 'trigger', path = 'done' } = this.options;
		return {
			id,
			name: 'Edit Is Finished',
			type: 'n8n-nodes-nano-banana-pro.falTrigger',
			typeVersion: 1.1,
			position: [0, 0],
			webhookId: path,
			parameters: { path, ...this.options.parameters },
			credentials: { falApi: { id: '1', name: 'fal' } },
		};
	}

	get url(): string {
		const { port } = this.server?.address() as AddressInfo;
		return `http://127.0.0.1:${port}/webhook/${this.options.path ?? 'done'}`;
	}

	async start(): Promise<this> {
		this.server = createServer((request, response) => void this.take(request, response));
		await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
		return this;
	}

	async stop(): Promise<void> {
		this.server?.closeAllConnections();
		await new Promise((resolve) => this.server?.close(resolve));
		expect(this.answeredTwice).toBe(0);
	}

	private async take(request: IncomingMessage, plain: ServerResponse): Promise<void> {
		const response = withExpress(plain);
		const rawBody = await readBody(request);
		const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
		const query = Object.fromEntries(searchParams);
		Object.assign(
			request,
			{ query, path: pathname, params: {}, body: {} },
			withBody(rawBody, this.options.body),
		);
		const nodeType = new FalTrigger();
		const { node } = this;
		const getDecrypted = async () => {
			this.opened++;
			return (await this.opens?.()) ?? this.credential;
		};
		const mode = this.options.mode ?? 'webhook';
		const ctx = webhookContext({ node, nodeType, mode, request, response, getDecrypted });
		Object.defineProperty(ctx, 'logger', {
			value: { warn: (message: string) => this.warnings.push(message) },
		});
		const { workflowData, noWebhookResponse } = await nodeType.webhook.call(ctx);
		const callbacks = workflowData?.[0]?.map(({ json }) => json);
		if (!callbacks && !noWebhookResponse) this.answeredTwice++;
		if (callbacks) await this.runFor(callbacks, node, noWebhookResponse ? undefined : response);
	}

	/** what all runs that were started have had as items */
	get started(): Delivery[] {
		return this.runs.flat();
	}

	private async runFor(
		callbacks: IDataObject[],
		node: INode,
		response?: ExpressResponse,
	): Promise<void> {
		this.runs.push(
			callbacks.map(({ request_id, callback_data }) => ({
				requestId: String(request_id),
				callbackData: callback_data,
			})),
		);
		this.most = Math.max(this.most, ++this.running);
		const { runsElsewhere } = this.options;
		if (runsElsewhere) {
			const [status = 0, ...others] = [await runsElsewhere()].flat();
			if (others.length > 0) response?.setHeader(STATUSES_HEADER, [status, ...others].join(','));
			this.reply(response, status, {});
		} else this.results.push(await this.run(callbacks, node, response));
		this.running--;
	}

	private reply(response: ExpressResponse | undefined, status: number, body: unknown): void {
		response?.status(status);
		response?.json(body);
	}

	private async run(
		callbacks: IDataObject[],
		{ id, typeVersion, parameters }: INode,
		response?: ExpressResponse,
	): Promise<NodeResult> {
		return await runNode({
			nodeType: new FalTrigger(),
			node: { id, typeVersion },
			executionId: String(++executions),
			parameters: parameters as IDataObject,
			mode: this.options.mode ?? 'webhook',
			credential: this.credential,
			items: callbacks.map((json) => ({ json })),
			onEnd: async () => await this.options.beforeSave?.(),
			onResponse: (answer: IExecuteResponsePromiseData) => {
				const { statusCode, body } = answer as { statusCode: number; body: unknown };
				this.reply(response, statusCode, body);
			},
		});
	}

	/** Sends a callback that fal has signed, or what `headers` say. */
	async send(
		requestId: string,
		{
			query = '',
			headers = {} as Headers,
			signal = undefined as AbortSignal | undefined,
			body = bodyOf(requestId),
		} = {},
	): Promise<{ status: number; message?: string }> {
		const signed = { ...this.bench.fal.signer.headers(requestId, body), ...headers };
		const url = `${this.url}${query}`;
		const response = await fetch(url, { method: 'POST', headers: signed as Headers, body, signal });
		const { message } = (await response.json()) as { message?: string };
		return { status: response.status, message };
	}
}
