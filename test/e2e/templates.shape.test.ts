import { readTemplate, templateNames } from './support/templates';

const ours = /^n8n-nodes-nano-banana-pro\./;
const isNote = ({ type }: { type: string }) => type === 'n8n-nodes-base.stickyNote';

describe.each(templateNames)('the template %s', (name) => {
	const workflow = readTemplate(name);
	const text = JSON.stringify(workflow);

	it('can be imported as it is: nothing in it belongs to the n8n it was made in', () => {
		expect(Object.keys(workflow).sort()).toEqual(['connections', 'name', 'nodes', 'settings']);
		expect(text).not.toMatch(/"credentials"|instanceId|cachedResultUrl|pinData/);
		const ids = workflow.nodes.map(({ id }) => id);
		expect(new Set(ids).size).toBe(ids.length);
	});

	it('explains itself', () => {
		const notes = workflow.nodes.filter(isNote);
		expect(notes.length).toBeGreaterThan(0);
		expect(String(notes[0]?.parameters.content)).toMatch(/^## .+Before the first run/s);
		expect(workflow.nodes.some(({ type }) => ours.test(type))).toBe(true);
	});

	it('names its nodes and connects all of them', () => {
		const names = workflow.nodes.map((node) => node.name);
		const linked = new Set([
			...Object.keys(workflow.connections),
			...[...JSON.stringify(workflow.connections).matchAll(/"node":"([^"]+)"/g)].map(
				([, node]) => node,
			),
		]);
		const working = workflow.nodes.filter((node) => !isNote(node)).map((node) => node.name);
		expect([...linked].sort()).toEqual(working.sort());
		expect(new Set(names).size).toBe(names.length);
	});
});
