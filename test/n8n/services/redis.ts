import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Daemon } from '../childProcess';
import { freePort } from '../freePort';
import { waitUntilReady } from '../waitUntil';
import { programFolders, serverEnvironment, type Service } from './programs';

async function answersPing(port: number): Promise<boolean> {
	const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
	try {
		return await new Promise<boolean>((resolve) => {
			socket.once('data', (answer) => resolve(answer.toString().startsWith('+PONG')));
			socket.once('error', () => resolve(false));
			socket.once('close', () => resolve(false));
		});
	} finally {
		socket.destroy();
	}
}

/** A Redis of our own, which keeps nothing on the disk. */
export async function startRedis(): Promise<Service> {
	const folder = mkdtempSync(join(tmpdir(), 'nano-banana-redis-'));
	const port = await freePort();
	const logFile = join(folder, 'redis.log');
	const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
	const options = { env: serverEnvironment(), cwd: folder, logFile };
	const daemon = new Daemon(join(programFolders().redis, 'redis-server'), args, options);
	const waiting = { name: 'Redis', daemon, logFile, timeoutMs: 60_000 };
	await waitUntilReady(async () => await answersPing(port), waiting);
	const stop = async () => {
		await daemon.kill();
		rmSync(folder, { recursive: true, force: true });
	};
	return { port, stop };
}
