import { execFile, execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Daemon } from '../childProcess';
import { freePort } from '../freePort';
import { waitUntilReady } from '../waitUntil';
import { programFolders, serverEnvironment, type Service } from './programs';

const run = promisify(execFile);

const idOf = (option: '-u' | '-g') =>
	Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));

// PostgreSQL refuses to run as root. Its packages bring a user for it.
const unprivileged = () =>
	process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : undefined;

// What is lost in a power cut is no loss here, and waiting for the disk is most of a test's time.
const settings = [
	'fsync=off',
	'synchronous_commit=off',
	'full_page_writes=off',
	'shared_buffers=64MB',
].flatMap((setting) => ['-c', setting]);

export const databaseUser = 'n8n';
/** The one that every new server has. */
export const databaseName = 'postgres';

/** A PostgreSQL server of our own, with an empty database and no password. */
export async function startPostgres(): Promise<Service> {
	const programs = programFolders().postgres;
	const user = unprivileged();
	const folder = mkdtempSync(join(tmpdir(), 'nano-banana-postgres-'));
	if (user) chownSync(folder, user.uid, user.gid);
	const [data, logFile] = [join(folder, 'data'), join(folder, 'postgres.log')];
	const options = { env: serverEnvironment(), cwd: folder, ...user };
	const init = ['-D', data, '-U', databaseUser, '--auth=trust', '--encoding=UTF8', '--no-sync'];
	await run(join(programs, 'initdb'), init, options);
	const port = await freePort();
	// No socket in the file system, where its usual folder belongs to the system's own server.
	const address = ['-h', '127.0.0.1', '-p', String(port), '-k', ''];
	const daemon = new Daemon(join(programs, 'postgres'), ['-D', data, ...address, ...settings], {
		env: options.env,
		cwd: folder,
		logFile,
		user,
		// It takes its own processes with it and cleans up after them, which no SIGKILL lets it do.
		killSignal: 'SIGQUIT',
	});
	const isReady = async () =>
		await run(join(programs, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)]).then(
			() => true,
			() => false,
		);
	await waitUntilReady(isReady, { name: 'PostgreSQL', daemon, logFile, timeoutMs: 60_000 });
	const stop = async () => {
		await daemon.kill();
		rmSync(folder, { recursive: true, force: true });
	};
	return { port, stop };
}
