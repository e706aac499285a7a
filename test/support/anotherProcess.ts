import { createRequire } from 'node:module';
import path from 'node:path';
import type { INodeType } from 'n8n-workflow';

const NODES = path.join(__dirname, '../../nodes/');
const NODE = `${NODES}NanoBananaProEdit/NanoBananaProEdit.node`;

type Node = Record<string, new () => INodeType>;

/** Loads the node and all that is ours beside what is loaded already. */
function loadAnew(): Node {
	const require = createRequire(__filename);
	const isOurs = (file: string) => file.startsWith(NODES);
	const loaded = Object.entries(require.cache).filter(([file]) => isOurs(file));
	for (const [file] of loaded) delete require.cache[file];
	const node = require(NODE) as Node;
	for (const file of Object.keys(require.cache).filter(isOurs)) delete require.cache[file];
	Object.assign(require.cache, Object.fromEntries(loaded));
	return node;
}

function loadAnewInJest(): Node {
	let node: Node | undefined;
	jest.isolateModules(() => (node = jest.requireActual<Node>(NODE)));
	return node!;
}

/** The node as a process has it that remembers nothing. */
export function nodeOfAnotherProcess(): INodeType {
	const { NanoBananaProEdit } = typeof jest === 'undefined' ? loadAnew() : loadAnewInJest();
	return new NanoBananaProEdit!();
}
