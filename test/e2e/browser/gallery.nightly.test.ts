import { owner, useBench } from '../support/bench';
import { readTemplate, templateNames } from '../support/templates';
import { useScreen } from './browser';
import { Editor } from './Editor';

const bench = useBench();
const screen = useScreen();

it('every template opens in the editor, with every node known', async () => {
	const editor = new Editor(screen.page, bench.n8n.url);
	await editor.logIn(owner);
	for (const name of templateNames) {
		const template = readTemplate(name);
		const { id } = await bench.save(template);
		await editor.openWorkflow(id);
		const canvas = await editor.zoomToFit();
		expect(await canvas.innerText()).not.toMatch(/not installed|unknown node/i);
		for (const node of template.nodes.filter(({ type }) => !type.endsWith('.stickyNote')))
			await canvas.getByText(node.name, { exact: true }).first().waitFor();
		await screen.image(canvas, `gallery/${name}`);
	}
});
