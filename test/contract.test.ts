import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { IDataObject, IHttpRequestOptions, INodeProperties } from 'n8n-workflow';
import { FalApi } from '../credentials/FalApi.credentials';
import { FalTrigger } from '../nodes/FalTrigger/FalTrigger.node';
import { NanoBananaProEdit } from '../nodes/NanoBananaProEdit/NanoBananaProEdit.node';
import { KEY } from './support/edit';
import { allParameters, description, parametersOf } from './support/contract';

const root = path.join(__dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as IDataObject & {
	n8n: { nodes: string[]; credentials: string[] };
};

const { description: trigger } = new FalTrigger();

/** Where n8n finds a source file in the package. */
const builtFrom = (file: string) => `dist/${file.replace(/\.ts$/, '.js')}`;

describe('Package', () => {
	it('npm name', () => expect(manifest.name).toBe('n8n-nodes-nano-banana-pro'));

	it('credential', () => {
		const file = 'credentials/FalApi.credentials.ts';
		expect([FalApi.name, new FalApi().name]).toEqual(['FalApi', 'falApi']);
		expect(existsSync(path.join(root, file))).toBe(true);
		expect(manifest.n8n.credentials).toContain(builtFrom(file));
	});

	it('action node', () => {
		const file = 'nodes/NanoBananaProEdit/NanoBananaProEdit.node.ts';
		expect(NanoBananaProEdit.name).toBe('NanoBananaProEdit');
		expect(existsSync(path.join(root, file))).toBe(true);
		expect(manifest.n8n.nodes).toContain(builtFrom(file));
		expect(description).toMatchObject({
			name: 'nanoBananaProEdit',
			displayName: 'Nano Banana Pro Edit',
			version: 1,
			usableAsTool: true,
			credentials: [{ name: 'falApi', required: true }],
		});
	});

	it('trigger node', () => {
		const file = 'nodes/FalTrigger/FalTrigger.node.ts';
		expect(FalTrigger.name).toBe('FalTrigger');
		expect(existsSync(path.join(root, file))).toBe(true);
		expect(manifest.n8n.nodes).toContain(builtFrom(file));
		expect(trigger).toMatchObject({
			name: 'falTrigger',
			displayName: 'fal Trigger',
			inputs: [],
			credentials: [{ name: 'falApi', required: true }],
		});
		expect(trigger.usableAsTool).toBeUndefined();
	});

	it.each(
		'nodes credentials test package.json tsconfig.json gulpfile.js index.js README.md LICENSE'.split(
			' ',
		),
	)('top level: %s', (name) => expect(existsSync(path.join(root, name))).toBe(true));
});

describe('Credential falApi', () => {
	const credential = new FalApi();
	const field = (name: string) => credential.properties.find((one) => one.name === name);

	it('apiKey', () => {
		expect(credential.properties.map(({ name }) => name)).toEqual(['apiKey', 'proxyUrl']);
		expect(field('apiKey')).toMatchObject({ required: true, typeOptions: { password: true } });
	});

	it('proxyUrl', () => expect(field('proxyUrl')?.required).toBeUndefined());

	it('authenticate sends Authorization: Key <key>', async () => {
		const authenticate = credential.authenticate as (
			fields: IDataObject,
			request: IHttpRequestOptions,
		) => Promise<IHttpRequestOptions>;
		const request = { url: 'https://queue.fal.run/fal-ai/nano-banana-pro/edit' };
		const { headers } = await authenticate({ apiKey: ` ${KEY}\n` }, request);
		expect(headers).toEqual({ Authorization: `Key ${KEY}` });
	});

	it('test starts no job', () => {
		const { request } = credential.test;
		expect(JSON.stringify(request)).not.toContain('queue.fal.run');
	});
});

describe('fal Trigger', () => {
	it('has two outputs', () => expect(trigger.outputNames).toEqual(['Finished', 'Failed']));

	it.each(['outputMode', 'binaryPropertyOutput', 'downloadImages', 'includeCost'])(
		'has the option %s of Get Result',
		(name) => {
			const { options = [] } = trigger.properties.find((one) => one.name === 'options') ?? {};
			const property = (options as INodeProperties[]).find((one) => one.name === name);
			expect(property).toEqual(parametersOf('getResult').options.find((one) => one.name === name));
		},
	);
});

describe('README and docs', () => {
	const readme = read('README.md');
	const pages = read('docs/parameters.md') + read('docs/callbacks.md');

	it.each([...allParameters()].filter(([name]) => !['operation', 'options'].includes(name)))(
		'names %s and its label',
		(name, { displayName }) => {
			expect(pages).toMatch(new RegExp(`\`${name}[\`.]`));
			expect(pages).toContain(displayName);
		},
	);

	it.each([
		'Edit Image',
		'Submit Edit',
		'Get Status',
		'Get Result',
		'Cancel Edit',
		'Get Many Edits',
	])('has the operation %s', (name) => expect(readme).toContain(`**${name}**`));
});
