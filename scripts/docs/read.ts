import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';
import { FalTrigger } from '../../nodes/FalTrigger/FalTrigger.node';
import { NanoBananaProEdit } from '../../nodes/NanoBananaProEdit/NanoBananaProEdit.node';
import { projectRoot } from '../../test/n8n/paths';
import type { Docs } from './check';

/** Names that hold other parameters, and have no value of their own. */
const GROUPS = ['operation', 'options'];

type Entry = INodeProperties | INodePropertyCollection;

/** The names of parameters and options, and of the fields in what can be added to. */
function namesIn(properties: Entry[], deep: boolean): string[] {
	return properties.flatMap((one) => {
		const inside = 'values' in one ? one.values : 'options' in one ? (one.options as Entry[]) : [];
		const fields = (inside ?? []).filter((entry) => 'type' in entry || 'values' in entry);
		const isGroup = 'values' in one || one.name === 'options';
		return [one.name, ...(deep || isGroup ? namesIn(fields, deep) : [])];
	});
}

/** The project's pages and parameters as they are. */
export function readDocs(): Docs {
	const top = readdirSync(projectRoot).filter((name) => name.endsWith('.md'));
	const below = readdirSync(join(projectRoot, 'docs')).filter((name) => name.endsWith('.md'));
	const nodes = [new NanoBananaProEdit(), new FalTrigger()];
	const properties = nodes.flatMap(({ description }) => description.properties);
	const shown = properties.filter(({ type }) => type !== 'notice');
	return {
		pages: [...top, ...below.map((name) => `docs/${name}`)].map((path) => ({
			path,
			text: readFileSync(join(projectRoot, path), 'utf8'),
		})),
		exists: (path) => existsSync(join(projectRoot, path)),
		parameters: [...new Set(namesIn(shown, false))].filter((name) => !GROUPS.includes(name)),
		known: [...new Set(namesIn(shown, true))],
		parameterPages: ['docs/parameters.md', 'docs/callbacks.md'],
	};
}
