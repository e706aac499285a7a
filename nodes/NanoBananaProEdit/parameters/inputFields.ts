import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { isTool } from '../../shared/n8n/run';
import { keepsFilesInJson } from '../../shared/n8n/itemFiles';

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

const QUEUE_STATES: unknown[] = ['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED'];

/** The input's fields that stay on the output. An `error` among them would make n8n take the item for a failed one. */
function inputFieldsFor(ctx: IExecuteFunctions, item: number, result: IDataObject): IDataObject {
	const fields = { ...ctx.getInputData()[item]?.json };
	// A `status` column of the user's own stays.
	const isFals = 'response_url' in fields || QUEUE_STATES.includes(fields.status);
	const stale = fields.request_id === result.request_id && isFals ? QUEUE_FIELDS : [];
	const costs = 'billable_units' in fields ? COST_FIELDS : [];
	for (const name of ['error', ...stale, ...costs]) delete fields[name];
	if (keepsFilesInJson(ctx)) delete fields._files;
	return fields;
}

/** Output items of one input item: linked to it, and with its fields where the user wants them. */
export function withInputFields(
	ctx: IExecuteFunctions,
	item: number,
	made: INodeExecutionData[],
	includeInputFields: boolean,
): INodeExecutionData[] {
	// A tool gets its own arguments as input; giving them back would only cost the agent tokens.
	const merges = includeInputFields && !isTool(ctx);
	return made.map(({ json, ...rest }) => ({
		...rest,
		json: { ...(merges ? inputFieldsFor(ctx, item, json) : {}), ...json },
		pairedItem: { item },
	}));
}
