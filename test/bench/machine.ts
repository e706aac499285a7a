import { cpus, release, totalmem, type } from 'node:os';
import { pinnedN8nVersion } from '../n8n';

export interface Machine {
	date: string;
	processor: string;
	cores: number;
	/** bytes */
	memory: number;
	system: string;
	node: string;
	n8n: string;
}

export const thisMachine = (): Machine => ({
	date: new Date().toISOString().slice(0, 16).replace('T', ' '),
	processor: cpus()[0]?.model.trim() ?? 'unknown',
	cores: cpus().length,
	memory: totalmem(),
	system: `${type()} ${release().split('-')[0]}`,
	node: process.version,
	n8n: pinnedN8nVersion,
});

export function describeMachine(machine: Machine): string {
	const { date, processor, cores, memory, system, node, n8n } = machine;
	const gigabytes = Math.round(memory / 1024 ** 3);
	return (
		`${date} UTC, ${cores} cores (${processor}), ${gigabytes} GB, ${system}, Node ${node}, n8n ${n8n}.\n` +
		'n8n, the emulated fal and this program share these cores.'
	);
}
