import { ExecuteContext } from 'n8n-core';

type Level = 'debug' | 'info' | 'warn' | 'error';

/** n8n's own log, of this process: each line with when it was written, in ms. */
const lines: Array<{ at: number; line: string }> = [];

/** Keeps what nodes write into n8n's log, where it still goes; to be called before the first execution. */
export function keepLog(): void {
	const base = Object.getPrototypeOf(ExecuteContext.prototype) as object;
	const write = (level: Level, line: string) => {
		lines.push({ at: Date.now(), line });
		noteTaker(line);
		// Asked on nobody's behalf, since n8n remembers its answer in who has asked.
		(Reflect.get(base, 'logger', {}) as Record<Level, (line: string) => void>)[level](line);
	};
	const levels: Level[] = ['debug', 'info', 'warn', 'error'];
	const logger = Object.fromEntries(
		levels.map((level) => [level, (line: string) => write(level, line)]),
	);
	Object.defineProperty(ExecuteContext.prototype, 'logger', { get: () => logger });
}

/** What a user finds in the log of an n8n that has died. */
export const loggedUntil = (ms: number): string =>
	lines
		.filter(({ at }) => at <= ms)
		.map(({ line }) => line)
		.join('\n');

/** The executions to which fal has given each request, by the log. */
export const takers = new Map<string, Set<string>>();

function noteTaker(line: string): void {
	const [, execution, id] = / of execution (\S+): request (\S+)/.exec(line) ?? [];
	if (execution && id) takers.set(id, (takers.get(id) ?? new Set()).add(execution));
}
