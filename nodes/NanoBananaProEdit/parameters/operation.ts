import type { INodeProperties } from 'n8n-workflow';
import type { Row } from '../../shared/n8n/options';

// In the order of use; n8n's lint would sort a literal list by name.
const OPERATIONS = [
	{
		name: 'Edit Image',
		value: 'edit',
		action: 'Edit an image',
		description: 'Edit images with a prompt and get the finished files',
	},
	{
		name: 'Submit Edit',
		value: 'submit',
		action: 'Submit an edit',
		description: 'Order an edit and go on at once, to collect the images later',
	},
	{
		name: 'Get Status',
		value: 'getStatus',
		action: 'Get the status of an edit',
		description: 'See where a submitted edit stands',
	},
	{
		name: 'Get Result',
		value: 'getResult',
		action: 'Get the result of an edit',
		description: 'Get the finished files of a submitted edit',
	},
	{
		name: 'Cancel Edit',
		value: 'cancel',
		action: 'Cancel an edit',
		description: 'Ask fal to drop a submitted edit',
	},
	{
		name: 'Get Many Edits',
		value: 'getMany',
		action: 'Get many edits',
		description: 'List what this account has ordered, newest first',
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
export const ORDERING: readonly Operation[] = ['edit', 'submit'];
export const DELIVERING: readonly Operation[] = ['edit', 'getResult'];

/** Keeps the types of an option: a row, and the operations that know it. */
export const option = <N extends string, T, const F>(
	one: Row<N, T, F> & { operations: readonly Operation[] },
) => one;
