import { processMemory } from '../../nodes/shared/requests/processMemory';

/** n8n is started again: the process remembers nothing. */
export function restart(): void {
	const Memory = processMemory.constructor as new () => typeof processMemory;
	Object.assign(processMemory, new Memory());
}
