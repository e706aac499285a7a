import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../n8n';

/**
 * Starts a program of ours that says in a line of JSON where it can be found. It ends with this process.
 *
 * @param program its path in this project
 * @throws Error when it ends before it has said so
 */
export async function startAnnounced<T>(
	program: string,
	args: string[],
): Promise<{ child: ChildProcess; announced: T }> {
	// The loader that lets this process read TypeScript lets the child read it too.
	const child = spawn(
		process.execPath,
		[...process.execArgv, join(projectRoot, program), ...args],
		{
			stdio: ['ignore', 'pipe', 'inherit'],
		},
	);
	process.on('exit', () => child.kill());
	const lines = createInterface({ input: child.stdout });
	const announced = await new Promise<T>((resolve, reject) => {
		lines.once('line', (line) => resolve(JSON.parse(line) as T));
		child.once('exit', (code) => reject(new Error(`${program} ended with ${code}`)));
	});
	return { child, announced };
}
