import type { WorkflowNode } from '../n8n';
import { readTemplate, templateNames } from './support/templates';

const ours = /^n8n-nodes-nano-banana-pro\./;
interface Box {
	name: string;
	left: number;
	top: number;
	right: number;
	bottom: number;
}

/** What a node takes up in the editor, with its name below it; a note has a size of its own. */
function boxOf({ name, position, parameters, type }: WorkflowNode): Box {
	const [left, top] = position;
	const [width, height] =
		type === 'n8n-nodes-base.stickyNote'
			? [Number(parameters.width), Number(parameters.height)]
			: [160, 150];
	return { name, left, top, right: left + width, bottom: top + height };
}

const overlap = (one: Box, other: Box) =>
	one.left < other.right &&
	other.left < one.right &&
	one.top < other.bottom &&
	other.top < one.bottom;

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

	it('can be read in the editor: nothing lies over anything else', () => {
		const boxes = workflow.nodes.map(boxOf);
		const pairs = boxes.flatMap((one, at) => boxes.slice(at + 1).map((other) => [one, other]));
		const clashes = pairs.filter(([one, other]) => one && other && overlap(one, other));
		expect(clashes.map((pair) => pair.map((box) => box.name))).toEqual([]);
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

	it('takes a current AI agent: n8n 3 has no version 1', () => {
		const agents = workflow.nodes.filter(({ type }) => type.endsWith('.agent'));
		expect(agents.filter(({ typeVersion }) => typeVersion < 2)).toEqual([]);
		expect(agents.length).toBe(name.startsWith('agent-') ? 1 : 0);
	});
});
