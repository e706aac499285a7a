import type { INodeProperties } from 'n8n-workflow';
import type { OptionRow } from '../../shared/n8n/options';

// In the order of use. Apart from its property, as OUTCOMES in manyEdits.ts and for the same reason.
const OPERATIONS = [
	{
		name: 'Edit Image',
		value: 'edit',
		action: 'Edit an image',
		description: 'Edit images and wait for the result',
	},
	{
		name: 'Submit Edit',
		value: 'submit',
		action: 'Submit an edit',
		description: 'Start an edit without waiting for the result',
	},
	{
		name: 'Get Status',
		value: 'getStatus',
		action: 'Get the status of an edit',
		description: 'Check the status of a submitted edit',
	},
	{
		name: 'Get Result',
		value: 'getResult',
		action: 'Get the result of an edit',
		description: 'Get the edited images of a submitted edit',
	},
	{
		name: 'Cancel Edit',
		value: 'cancel',
		action: 'Cancel an edit',
		description: 'Ask fal to cancel a submitted edit',
	},
	{
		name: 'Get Many Edits',
		value: 'getMany',
		action: 'Get many edits',
		description: 'List the edits of this fal account, newest first',
	},
] as const;

export type Operation = (typeof OPERATIONS)[number]['value'];

export const operation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	options: [...OPERATIONS],
	default: 'edit',
};

/** Those that have Options. */
export const WITH_OPTIONS = ['edit', 'submit', 'getStatus', 'getResult', 'cancel'] as const;
export const SUBMITTING: readonly Operation[] = ['edit', 'submit'];
export const DELIVERING: readonly Operation[] = ['edit', 'getResult'];

/** Keeps the types of an option: a row, and the operations that know it. */
export const option = <N extends string, T, const F>(
	one: OptionRow<N, T, F> & { operations: readonly Operation[] },
) => one;
