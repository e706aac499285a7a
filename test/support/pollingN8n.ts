import { PollContext } from 'n8n-core';
import {
	Workflow,
	type IDataObject,
	type IExecuteResponsePromiseData,
	type INode,
	type INodeExecutionData,
	type INodeType,
	type IPollFunctions,
	type WorkflowActivateMode,
} from 'n8n-workflow';
import type { EditBench } from './edit';
import { additionalDataFor, LOCATION, nodeTypesFor, runNode, type NodeResult } from './engine';

const NODE = '../../nodes/FalPollTrigger/FalPollTrigger.node';

let executions = 0;

export interface PollingOptions {
	/** of the trigger's node, which n8n's database knows it by */
	id?: string;
	parameters?: IDataObject;
	apiKey?: string;
	/** in place of those in limits.ts */
	limits?: Record<string, Record<string, number>>;
}

/** Submits edits, which fal finishes; gives their requests. */
export async function finishEdits(bench: EditBench, prompts: string[]): Promise<string[]> {
	await bench.submitAll(prompts);
	return bench.fal.jobs.slice(-prompts.length).map(({ id }) => id);
}

/** The trigger as a process has it that remembers nothing. */
function triggerOfANewProcess(limits: PollingOptions['limits'] = {}): INodeType {
	let node: INodeType | undefined;
	jest.isolateModules(() => {
		const all = jest.requireActual<Record<string, object>>('../../nodes/shared/limits');
		for (const [name, values] of Object.entries(limits)) Object.assign(all[name]!, values);
		const { FalPollTrigger } = jest.requireActual<Record<string, new () => INodeType>>(NODE);
		node = new FalPollTrigger!();
	});
	return node!;
}

/** An n8n that polls, and runs what comes of it, in n8n's own contexts; killed and started again at will. */
export class PollingN8n {
	/** in n8n's database */
	private saved: IDataObject = {};
	private nodeType: INodeType;
	private workflow?: Workflow;
	private ctx?: IPollFunctions;
	/** what has come out of each run */
	readonly results: NodeResult[] = [];
	readonly errors: Error[] = [];
	readonly warnings: string[] = [];
	private runs: Array<Promise<void>> = [];
	/** whether the runs from here on are killed before n8n saves them */
	isDying = false;

	constructor(
		private readonly bench: EditBench,
		private readonly options: PollingOptions = {},
	) {
		this.nodeType = triggerOfANewProcess(options.limits);
	}

	private get node(): INode {
		return {
			id: this.options.id ?? 'poll',
			name: 'fal Poll Trigger',
			type: 'n8n-nodes-nano-banana-pro.falPollTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: { requests: 'all', ...this.options.parameters } as INode['parameters'],
			credentials: { falApi: { id: '1', name: 'fal' } },
		};
	}

	private get credential() {
		return {
			...this.bench.credential,
			...(this.options.apiKey && { apiKey: this.options.apiKey }),
		};
	}

	private open(activation: WorkflowActivateMode): void {
		const { node, nodeType } = this;
		const workflow = new Workflow({
			id: LOCATION.workflowId,
			nodes: [node],
			connections: {},
			active: true,
			nodeTypes: nodeTypesFor(nodeType),
			staticData: structuredClone(this.saved),
		});
		const additionalData = additionalDataFor({ items: [], credential: this.credential });
		const emit: IPollFunctions['__emit'] = (data, response) => {
			this.save();
			this.runs.push(this.run(data[0] ?? [], response?.resolve));
		};
		const ctx = new PollContext(workflow, node, additionalData, 'trigger', activation, emit);
		const logger = { warn: (message: string) => this.warnings.push(message) };
		Object.defineProperty(ctx, 'logger', { value: logger });
		this.workflow = workflow;
		this.ctx = ctx as unknown as IPollFunctions;
	}

	private save(): void {
		const { staticData } = this.workflow!;
		if (staticData.__dataChanged)
			this.saved = JSON.parse(JSON.stringify(staticData)) as IDataObject;
	}

	private async run(
		items: INodeExecutionData[],
		answer?: (response: IExecuteResponsePromiseData) => void,
	): Promise<void> {
		const { id, typeVersion, parameters } = this.node;
		const isKilled = this.isDying;
		const result = await runNode({
			...{
				nodeType: this.nodeType,
				node: { id, typeVersion },
				parameters: parameters as IDataObject,
			},
			...{ executionId: `poll ${++executions}`, mode: 'trigger', credential: this.credential },
			...{ items, isKilled, onResponse: isKilled ? undefined : answer },
		});
		if (isKilled) return;
		answer?.({});
		this.results.push(result);
	}

	/** Switches the workflow on, as n8n does: it polls once, and what that throws it throws. */
	async switchOn(activation: WorkflowActivateMode = 'activate'): Promise<this> {
		this.open(activation);
		await this.nodeType.poll!.call(this.ctx!);
		this.save();
		await this.settled();
		return this;
	}

	/** A moment of Poll Times. */
	async poll(): Promise<void> {
		await this.nodeType.poll!.call(this.ctx!).catch((error: Error) => this.errors.push(error));
		await this.settled();
	}

	/** The process is gone, with all it remembers; n8n starts again. */
	async restart(): Promise<void> {
		this.isDying = false;
		this.nodeType = triggerOfANewProcess(this.options.limits);
		await this.switchOn('init');
	}

	/** "Fetch Test Event" */
	async test(): Promise<NodeResult> {
		return await runNode({
			...{ nodeType: this.nodeType, parameters: this.node.parameters as IDataObject },
			...{ mode: 'manual', credential: this.credential, items: [{ json: {} }] },
		});
	}

	private async settled(): Promise<void> {
		for (let seen = -1; seen !== this.runs.length; ) {
			// A run begins a moment after its poll.
			await new Promise((resolve) => setTimeout(resolve, 20));
			seen = this.runs.length;
			await Promise.all(this.runs);
		}
	}

	/** What has come out of an output, in all runs. */
	cameOut(output: 0 | 1 = 0): IDataObject[] {
		return this.results.flatMap(({ outputs }) => outputs[output] ?? []).map(({ json }) => json);
	}

	/** The requests that were delivered, in their order. */
	get delivered(): unknown[] {
		return this.cameOut().map(({ request_id }) => request_id);
	}
}
