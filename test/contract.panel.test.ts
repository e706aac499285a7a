import type { INodeProperties } from 'n8n-workflow';
import {
	allParameters,
	description,
	FURTHER_OPTIONS,
	OPERATIONS,
	OTHER_OPERATIONS,
	PARAMETERS,
	parametersOf,
	valuesIn,
	WITH_OPTIONS,
	type Row,
} from './support/contract';

describe('Node parameters: operation', () => {
	const operation = description.properties.find(({ name }) => name === 'operation');
	const shown = (operation?.options ?? []) as Array<{ name: string; value: string }>;

	it('default edit', () => {
		expect(operation?.default).toBe('edit');
		expect(shown.map(({ value }) => value)).toEqual([...OPERATIONS]);
	});

	it.each([
		['edit', 'Edit Image'],
		['submit', 'Submit Edit'],
		['getStatus', 'Get Status'],
		['getResult', 'Get Result'],
		['cancel', 'Cancel Edit'],
		['getMany', 'Get Many Edits'],
	])('%s, shown as %s', (value, name) => {
		expect(shown.find((one) => one.value === value)?.name).toBe(name);
	});
});

/** What is to be seen in the panel of a row, for each operation that has it. */
function checkRow({ name, where, type, operations, values, more, ...row }: Row): void {
	for (const operation of OPERATIONS) {
		const { top, options } = parametersOf(operation);
		const found = (where === 'top' ? top : options).filter((one) => one.name === name);
		expect(found).toHaveLength(operations.includes(operation) ? 1 : 0);
		for (const property of found) {
			expect(property).toMatchObject({ type, ...more });
			if ('default' in row) expect(property.default).toEqual(row.default);
			if (values) expect(choicesOf(property).sort()).toEqual([...values].sort());
		}
	}
}

const choicesOf = ({ options = [] }: INodeProperties) =>
	options.map((choice) => ('value' in choice ? String(choice.value) : choice.name));

const named = (rows: Row[]) => rows.map((row) => [row.name, row] as const);

describe('Node parameters: input of edit and submit', () => {
	it.each(named(PARAMETERS))('%s', (_name, row) => checkRow(row));

	const entry = valuesIn(allParameters().get('images'), 'values');

	it.each<[string, Partial<INodeProperties>]>([
		['source', { type: 'options', default: 'binary' }],
		['binaryPropertyName', { type: 'string', default: '*' }],
		['url', { type: 'string' }],
	])('images.values[].%s', (name, wanted) => {
		expect(entry.map((one) => one.name)).toEqual(['source', 'binaryPropertyName', 'url']);
		expect(entry.find((one) => one.name === name)).toMatchObject(wanted);
	});

	it('source is binary or url', () => expect(choicesOf(entry[0]!)).toEqual(['binary', 'url']));
});

describe('Node parameters: further options', () => {
	it('none is added from the start', () => {
		const options = description.properties.filter(({ name }) => name === 'options');
		expect(options.map((one) => one.default)).toEqual(WITH_OPTIONS.map(() => ({})));
	});

	it.each(named(FURTHER_OPTIONS))('%s', (_name, row) => checkRow(row));

	it.each(['batchSize', 'batchInterval'])('batching.batch.%s', (name) => {
		const batch = valuesIn(allParameters().get('batching'), 'batch');
		expect(batch.find((one) => one.name === name)?.type).toBe('number');
	});
});

describe('Node parameters: other operations', () => {
	it.each(named(OTHER_OPERATIONS))('%s', (_name, row) => checkRow(row));

	it.each([
		['name', 'string'],
		['value', 'string'],
	])('callbackData.values[].%s', (name, type) => {
		const values = valuesIn(allParameters().get('callbackData'), 'values');
		expect(values.find((one) => one.name === name)?.type).toBe(type);
	});

	it.each([
		['startedAfter', 'dateTime'],
		['startedBefore', 'dateTime'],
		['status', 'options'],
		['requestId', 'string'],
	])('filters.%s', (name, type) => {
		const { options = [] } = allParameters().get('filters') ?? {};
		const found = (options as INodeProperties[]).find((one) => one.name === name);
		expect(found?.type).toBe(type);
		if (type === 'options') expect(choicesOf(found!)).toEqual(['success', 'error', 'user_error']);
	});

	it('nothing stands in the panel that no row names', () => {
		const rows = [...PARAMETERS, ...FURTHER_OPTIONS, ...OTHER_OPERATIONS];
		const known = ['operation', 'options', ...rows.map(({ name }) => name)];
		expect([...allParameters().keys()].filter((name) => !known.includes(name))).toEqual([]);
	});
});
