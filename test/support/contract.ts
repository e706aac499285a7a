import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';
import { NanoBananaProEdit } from '../../nodes/NanoBananaProEdit/NanoBananaProEdit.node';

/** The operations that have Options. */
export const WITH_OPTIONS = ['edit', 'submit', 'getStatus', 'getResult', 'cancel'] as const;
export const OPERATIONS = [...WITH_OPTIONS, 'getMany'] as const;

/** A row of the contract's tables of parameters. */
export interface Row {
	name: string;
	where: 'top' | 'options';
	/** n8n's type */
	type: INodeProperties['type'];
	/** the operations that have it, as far as the contract says */
	operations: readonly string[];
	/** left out where the contract has none */
	default?: unknown;
	values?: string[];
	/** what else the row says of it */
	more?: Partial<INodeProperties>;
}

const ORDERS = ['edit', 'submit'] as const;
const REQUESTS = ['getStatus', 'getResult', 'cancel'] as const;
const RATIOS = 'auto 21:9 16:9 3:2 4:3 5:4 1:1 4:5 3:4 2:3 9:16'.split(' ');
const allImages = { values: [{ source: 'binary', binaryPropertyName: '*' }] };

const top = (
	name: string,
	type: Row['type'],
	operations: Row['operations'],
	more: Partial<Row> = {},
): Row => ({ name, where: 'top', type, operations, ...more });

const option = (name: string, type: Row['type'], more: Partial<Row> = {}): Row => ({
	name,
	where: 'options',
	type,
	operations: ['edit'],
	...more,
});

export const PARAMETERS: Row[] = [
	top('prompt', 'string', ORDERS, { more: { required: true, typeOptions: { rows: 4 } } }),
	top('images', 'fixedCollection', ORDERS, { default: allImages }),
	top('combineItems', 'boolean', ORDERS, { default: false }),
	top('numImages', 'number', ORDERS, {
		default: 1,
		more: { typeOptions: { minValue: 1, maxValue: 4, numberPrecision: 0 } },
	}),
	top('aspectRatio', 'options', ORDERS, { default: 'auto', values: RATIOS }),
	top('resolution', 'options', ORDERS, { default: '1K', values: ['1K', '2K', '4K'] }),
	top('outputFormat', 'options', ORDERS, { default: 'png', values: ['png', 'jpeg', 'webp'] }),
	option('systemPrompt', 'string', { operations: ORDERS }),
	option('seed', 'number', {
		operations: ORDERS,
		more: { typeOptions: { numberPrecision: 0 } },
	}),
	option('safetyTolerance', 'options', {
		operations: ORDERS,
		default: '4',
		values: ['1', '2', '3', '4', '5', '6'],
	}),
	option('enableWebSearch', 'boolean', { operations: ORDERS }),
	option('limitGenerations', 'boolean', { operations: ORDERS }),
	option('syncMode', 'boolean', { operations: ORDERS }),
];

export const FURTHER_OPTIONS: Row[] = [
	option('imageTransfer', 'options', {
		operations: ORDERS,
		default: 'upload',
		values: ['upload', 'dataUri'],
	}),
	option('fileExpiration', 'options', {
		operations: ORDERS,
		values: ['never', '1h', '1d', '7d', '30d', '1y'],
	}),
	option('batching', 'fixedCollection', { operations: WITH_OPTIONS }),
	option('timeout', 'number', { operations: ['edit', 'getResult'], default: 600 }),
	option('startTimeout', 'number', { operations: ORDERS, default: 3600 }),
	option('queuePriority', 'options', {
		operations: ORDERS,
		default: 'normal',
		values: ['normal', 'low'],
	}),
	option('outputMode', 'options', {
		operations: ['edit', 'getResult'],
		default: 'perImage',
		values: ['perImage', 'singleItem'],
	}),
	option('binaryPropertyOutput', 'string', {
		operations: ['edit', 'getResult'],
		default: 'data',
		more: { displayName: 'Put Output in Field' },
	}),
	option('downloadImages', 'boolean', { operations: ['edit', 'getResult'], default: true }),
	option('includeCost', 'boolean', { operations: ['edit', 'getResult'], default: true }),
	option('includeInputFields', 'boolean', { operations: WITH_OPTIONS, default: true }),
	option('includeInputFiles', 'boolean', { operations: WITH_OPTIONS, default: false }),
	option('resultPrefix', 'string', { operations: WITH_OPTIONS, default: '' }),
	option('includeLogs', 'boolean', {
		operations: ['edit', 'getStatus', 'getResult'],
		default: false,
	}),
	option('maxImages', 'number', { operations: ORDERS }),
	option('maxCost', 'number', { operations: ORDERS }),
	option('reuseResults', 'number'),
];

export const OTHER_OPERATIONS: Row[] = [
	top('webhookUrl', 'string', ['submit']),
	top('callbackData', 'fixedCollection', ['submit'], { default: {} }),
	top('waitForResult', 'boolean', ['getResult'], { default: true }),
	top('returnAll', 'boolean', ['getMany'], { default: false }),
	top('limit', 'number', ['getMany'], { default: 50 }),
	top('filters', 'collection', ['getMany'], { default: {} }),
	top('requestId', 'string', REQUESTS, { default: '={{ $json.request_id }}' }),
];

export const { description } = new NanoBananaProEdit();

const showsIn = (operation: string) => (property: INodeProperties) => {
	const shown = property.displayOptions?.show?.operation;
	return shown === undefined || shown.includes(operation);
};

/** The parameters of an operation on top of the panel, and those in its Options. */
export function parametersOf(operation: string): Record<Row['where'], INodeProperties[]> {
	const shown = description.properties.filter(showsIn(operation));
	const options = shown.find(({ name }) => name === 'options')?.options ?? [];
	return { top: shown, options: options as INodeProperties[] };
}

/** The parameters of a fixed collection's only group. */
export const valuesIn = (property: INodeProperties | undefined, group: string): INodeProperties[] =>
	((property?.options ?? []) as INodePropertyCollection[]).find(({ name }) => name === group)
		?.values ?? [];

/** Every parameter and option of the panel once, by its name. */
export function allParameters(): Map<string, INodeProperties> {
	const each = OPERATIONS.flatMap((operation) => Object.values(parametersOf(operation)).flat());
	return new Map(each.map((property) => [property.name, property]));
}
