import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { UUID } from '../../shared/fal/queue/result';
import { isEmpty } from '../../shared/n8n/options';
import { isTool } from '../../shared/n8n/run';
import { keepsFilesInJson } from '../../shared/n8n/itemFiles';
import type { EditOptions } from './options';

/** What an earlier operation said of the same request is no longer true after this one. */
const QUEUE_FIELDS = [
	'status',
	'status_url',
	'response_url',
	'cancel_url',
	'queue_position',
	'metrics',
	'logs',
	'error_type',
];

/** What an earlier edit has cost is not this one's cost; a `cost` column of the user's own stays. */
const COST_FIELDS = ['cost', 'cost_currency', 'billable_units', 'reused'];

const QUEUE_STATES: unknown[] = [
	...['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED'],
	...['CANCELLATION_REQUESTED', 'ALREADY_COMPLETED', 'NOT_FOUND'],
];

/** Whether fields tell where a request stands; a `status` column of the user's own does not. */
const isFromQueue = (fields: IDataObject, prefix: string) =>
	`${prefix}response_url` in fields || QUEUE_STATES.includes(fields[`${prefix}status`]);

/** Whether a field is one that an earlier node of ours has left, which a later one may replace without a word. */
function isOurs(fields: IDataObject, prefix: string, name: string): boolean {
	if (!UUID.test(String(fields[`${prefix}request_id`]))) return false;
	// Only a result has these.
	if (`${prefix}content_type` in fields || Array.isArray(fields[`${prefix}images`])) return true;
	const isOfQueue = QUEUE_FIELDS.some((one) => `${prefix}${one}` === name);
	return name === `${prefix}request_id` || (isOfQueue && isFromQueue(fields, prefix));
}

const isBlank = (value: unknown) => isEmpty(value) || (Array.isArray(value) && value.length === 0);

const isSame = (a: unknown, b: unknown) =>
	a === b || (typeof a !== 'object' && String(a) === String(b));

const prefixed = (json: IDataObject, prefix: string): IDataObject =>
	Object.fromEntries(Object.entries(json).map(([name, value]) => [`${prefix}${name}`, value]));

/** Makes a node's output of its results: joins each to what came in, and notes what of it was replaced. */
export class OutputItems {
	/** the results, under fal's names */
	readonly results: IDataObject[] = [];
	/** fields of the user's that a result's have replaced */
	readonly replacedFields = new Set<string>();
	/** the same for files */
	readonly replacedFiles = new Set<string>();
	private readonly items: INodeExecutionData[];

	/** @param prefix what the names of the result's fields begin with */
	constructor(
		private readonly ctx: IExecuteFunctions,
		private readonly prefix: string,
	) {
		this.items = ctx.getInputData();
	}

	/** The output of one input item: linked to it, with its fields and files where the user wants them. */
	ofItem(item: number, made: INodeExecutionData[], options: EditOptions): INodeExecutionData[] {
		// A tool gets its own arguments as input; giving them back would only cost the agent tokens.
		const isForAgent = isTool(this.ctx);
		const withFields = options.includeInputFields && !isForAgent;
		const files = options.includeInputFiles && !isForAgent ? this.inputFiles(item) : {};
		this.note(made);
		return made.map(({ json, binary = {}, ...rest }) => {
			const result = prefixed(json, this.prefix);
			const all = { ...files, ...binary };
			for (const name in binary) if (name in files) this.replacedFiles.add(name);
			return {
				...rest,
				json: withFields ? this.merge(this.inputFields(item, result), result) : result,
				...(Object.keys(all).length > 0 && { binary: all }),
				pairedItem: { item },
			};
		});
	}

	/** The output of all items together. */
	ofAll(made: INodeExecutionData[]): INodeExecutionData[] {
		this.note(made);
		const pairedItem = this.items.map((_, item) => ({ item }));
		return made.map(({ json, ...rest }) => ({
			...rest,
			json: prefixed(json, this.prefix),
			pairedItem,
		}));
	}

	private note(made: INodeExecutionData[]): void {
		this.results.push(...made.map(({ json }) => json));
	}

	/** The input's fields that stay. An `error` among them would make n8n take the item for a failed one. */
	private inputFields(item: number, result: IDataObject): IDataObject {
		const fields = { ...this.items[item]?.json };
		const requestId = result[`${this.prefix}request_id`];
		for (const prefix of new Set(['', this.prefix])) {
			const isStale = fields[`${prefix}request_id`] === requestId && isFromQueue(fields, prefix);
			const costs = `${prefix}billable_units` in fields ? COST_FIELDS : [];
			for (const name of [...(isStale ? QUEUE_FIELDS : []), ...costs])
				delete fields[`${prefix}${name}`];
		}
		delete fields.error;
		if (keepsFilesInJson(this.ctx)) delete fields._files;
		return fields;
	}

	private inputFiles(item: number): NonNullable<INodeExecutionData['binary']> {
		const { json, binary } = this.items[item] ?? {};
		return { ...(keepsFilesInJson(this.ctx) && (json?._files as object)), ...binary };
	}

	/** The result's fields over the input's, but nothing of the user's is replaced by nothing. */
	private merge(fields: IDataObject, result: IDataObject): IDataObject {
		const merged = { ...fields };
		for (const [name, value] of Object.entries(result)) {
			const hadValue = !isEmpty(fields[name]);
			if (hadValue && isBlank(value)) continue;
			merged[name] = value;
			if (hadValue && !isSame(fields[name], value) && !isOurs(fields, this.prefix, name))
				this.replacedFields.add(name);
		}
		return merged;
	}
}
