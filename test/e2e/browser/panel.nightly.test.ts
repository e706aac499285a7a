import type { INodeProperties } from 'n8n-workflow';
import { owner, useBench } from '../support/bench';
import { OPERATIONS, parametersOf } from '../../support/contract';
import { chain, edit, manualTrigger } from '../support/workflow';
import { useScreen } from './browser';
import { Editor } from './Editor';

const bench = useBench();
const screen = useScreen();

async function expectShown(editor: Editor, { name, displayName, type }: INodeProperties) {
	await editor.part('node-parameters').getByText(displayName, { exact: true }).first().waitFor();
	const isGroup = ['collection', 'fixedCollection'].includes(type);
	if (!isGroup) expect(await editor.part(`parameter-input-${name}`).count()).toBe(1);
}

it.each(['light', 'dark'] as const)(
	'each field of each operation is there once, with its label: %s',
	async (theme) => {
		await screen.open(theme);
		const editor = new Editor(screen.page, bench.n8n.url);
		await editor.logIn(owner);
		const nodes = OPERATIONS.map((operation) => ({
			...edit({ operation }),
			name: `Panel of ${operation}`,
		}));
		const { id } = await bench.save(chain('Panels', [manualTrigger, ...nodes]));
		await editor.openWorkflow(id);
		for (const [at, operation] of OPERATIONS.entries()) {
			await editor.openNode(nodes[at]!.name);
			const shown = parametersOf(operation).top.filter(({ type }) => type !== 'notice');
			for (const property of shown) await expectShown(editor, property);
			await screen.screenshot(`panel-${operation}-${theme}`, screen.lastSights);
			await editor.closeNode();
		}
	},
);
