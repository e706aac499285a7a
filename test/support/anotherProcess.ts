import type { INodeType } from 'n8n-workflow';

const NODE = '../../nodes/NanoBananaProEdit/NanoBananaProEdit.node';

/** The node as a process has it that remembers nothing. */
export function nodeOfAnotherProcess(): INodeType {
	let node: INodeType | undefined;
	jest.isolateModules(() => {
		const { NanoBananaProEdit } = jest.requireActual<Record<string, new () => INodeType>>(NODE);
		node = new NanoBananaProEdit!();
	});
	return node!;
}
