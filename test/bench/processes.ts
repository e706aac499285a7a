import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface Process {
	pid: number;
	parent: number;
	/** bytes of memory that are resident */
	rss: number;
	/** ms of processor time since it started */
	cpu: number;
}

export interface Use {
	rss: number;
	cpu: number;
}

const PAGE = 4_096;
/** Linux counts processor time in hundredths of a second, whatever its kernel's own clock is. */
const TICK_MS = 10;

function fromProc(pid: string): Process[] {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
		// The name in brackets can hold spaces and brackets of its own.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		const number = (at: number) => Number(fields[at]);
		const [parent, user, system, pages] = [number(1), number(11), number(12), number(21)];
		const cpu = ((user ?? 0) + (system ?? 0)) * TICK_MS;
		return [{ pid: Number(pid), parent: parent ?? 0, rss: (pages ?? 0) * PAGE, cpu }];
	} catch {
		// It ended meanwhile.
		return [];
	}
}

/** `[[days-]hours:]minutes:seconds[.hundredths]` in ms. */
function clockMs(text: string): number {
	const [days, rest] = text.includes('-') ? text.split('-') : ['0', text];
	const parts = (rest ?? '').split(':').map(Number);
	const seconds = parts.reduce((sum, part) => sum * 60 + part, 0);
	return (Number(days) * 86_400 + seconds) * 1_000;
}

function fromPs(): Process[] {
	const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,time='], { encoding: 'utf8' });
	return text
		.trim()
		.split('\n')
		.map((line) => line.trim().split(/\s+/))
		.map(([pid, parent, kilobytes, time = '']) => ({
			pid: Number(pid),
			parent: Number(parent),
			rss: Number(kilobytes) * 1_024,
			cpu: clockMs(time),
		}));
}

function allProcesses(): Process[] {
	if (process.platform === 'win32') return [];
	if (process.platform !== 'linux') return fromPs();
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.flatMap(fromProc);
}

function withDescendants(all: Process[], roots: number[]): Process[] {
	const found = new Set(roots);
	// A child can stand before its parent in the list, so go round until nothing is added.
	for (let before = -1; before !== found.size; ) {
		before = found.size;
		for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
	}
	return all.filter(({ pid }) => found.has(pid));
}

/** The processes that this one has started itself. */
export const childrenOf = (pid: number): number[] =>
	allProcesses()
		.filter(({ parent }) => parent === pid)
		.map((child) => child.pid);

/** What a process and all that it has started use. */
export function useOf(roots: number[]): Use {
	const tree = withDescendants(allProcesses(), roots);
	return {
		rss: tree.reduce((sum, { rss }) => sum + rss, 0),
		cpu: tree.reduce((sum, { cpu }) => sum + cpu, 0),
	};
}
