import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';
import { NanoBananaProEdit } from '../../../nodes/NanoBananaProEdit/NanoBananaProEdit.node';

const { description } = new NanoBananaProEdit();

const isCollection = (option: object): option is INodePropertyCollection => 'values' in option;

/** Every parameter with its default, by the path that saved workflows hold. */
function defaultsOf(properties: INodeProperties[], path = ''): Array<[string, unknown]> {
	return properties.flatMap((property) => {
		const here = `${path}${property.name}`;
		const inner = (property.options ?? []).flatMap((option) => {
			if (isCollection(option)) return defaultsOf(option.values, `${here}.${option.name}.`);
			return property.type === 'collection'
				? defaultsOf([option as INodeProperties], `${here}.`)
				: [];
		});
		return [[here, property.default] as [string, unknown], ...inner];
	});
}

const defaults = Object.fromEntries(defaultsOf(description.properties));

it('has the names that saved workflows depend on', () => {
	expect(description).toMatchObject({
		name: 'nanoBananaProEdit',
		displayName: 'Nano Banana Pro Edit',
		version: 1,
		usableAsTool: true,
		credentials: [{ name: 'falApi', required: true }],
	});
});

it.each<[string, unknown]>([
	['operation', 'edit'],
	['prompt', ''],
	['images', { values: [{ source: 'binary', binaryPropertyName: '*' }] }],
	['images.values.source', 'binary'],
	['combineItems', false],
	['numImages', 1],
	['aspectRatio', 'auto'],
	['resolution', '1K'],
	['outputFormat', 'png'],
	['options', {}],
	['options.safetyTolerance', '4'],
	['options.imageTransfer', 'upload'],
	['options.timeout', 600],
	['options.queuePriority', 'normal'],
	['options.outputMode', 'perImage'],
	['options.binaryPropertyOutput', 'data'],
	['options.downloadImages', true],
	['options.includeInputFields', true],
	['options.includeLogs', false],
])('%s has the default of the contract: %j', (path, value) => {
	expect(defaults[path]).toEqual(value);
});

it.each([
	'images.values.binaryPropertyName',
	'images.values.url',
	'options.systemPrompt',
	'options.seed',
	'options.enableWebSearch',
	'options.limitGenerations',
	'options.syncMode',
	'options.fileExpiration',
	'options.batching.batch.batchSize',
	'options.batching.batch.batchInterval',
	'options.maxImages',
])('has %s', (path) => {
	expect(defaults).toHaveProperty([path]);
});

const valuesOf = (properties: INodeProperties[], name: string) =>
	properties
		.find((property) => property.name === name)
		?.options?.map((option) => ('value' in option ? option.value : option.name));

it.each<[string, string[]]>([
	['aspectRatio', 'auto 21:9 16:9 3:2 4:3 5:4 1:1 4:5 3:4 2:3 9:16'.split(' ')],
	['resolution', ['1K', '2K', '4K']],
	['outputFormat', ['png', 'jpeg', 'webp']],
	['safetyTolerance', ['1', '2', '3', '4', '5', '6']],
	['fileExpiration', ['1h', '1d', '7d', '30d', '1y', 'never']],
	['imageTransfer', ['upload', 'dataUri']],
	['queuePriority', ['normal', 'low']],
	['outputMode', ['perImage', 'singleItem']],
])('%s offers the values of the contract', (name, values) => {
	const inOptions = description.properties
		.filter((property) => property.name === 'options')
		.flatMap((property) => (property.options ?? []) as INodeProperties[]);
	expect(valuesOf([...description.properties, ...inOptions], name)?.sort()).toEqual(
		[...values].sort(),
	);
});
