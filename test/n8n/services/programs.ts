import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../paths';

export interface Service {
	port: number;
	/** Ends the server, and forgets all that it held. */
	stop(): Promise<void>;
}

/** The folders that hold the programs of Redis and PostgreSQL; they are installed where they are missing. */
export function programFolders(): { redis: string; postgres: string } {
	const script = join(projectRoot, 'scripts/lib/services.mjs');
	const lines = execFileSync(process.execPath, [script], { encoding: 'utf8' }).trim().split('\n');
	return JSON.parse(lines.at(-1) ?? '') as { redis: string; postgres: string };
}

/** What a server needs of our environment, with its messages in English. */
export const serverEnvironment = (): NodeJS.ProcessEnv => ({
	PATH: process.env.PATH,
	TMPDIR: process.env.TMPDIR,
	LC_ALL: 'C',
});
