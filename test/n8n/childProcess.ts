import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { guardGroup } from './guard';

const windows = process.platform === 'win32';

/** n8n starts a runner process of its own, so what is ended is the whole group. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
	if (child.pid === undefined) return;
	try {
		if (windows) spawn('taskkill', ['/pid', String(child.pid), '/T', '/F']);
		else process.kill(-child.pid, signal);
	} catch {
		// It has ended already.
	}
}

export interface DaemonOptions {
	env: NodeJS.ProcessEnv;
	cwd: string;
	logFile: string;
	/** Another user than ours, for a program that refuses to run as root. */
	user?: { uid: number; gid: number };
	/** What ends it at once; by default as a power cut does. */
	killSignal?: NodeJS.Signals;
}

export class Daemon {
	private readonly child: ChildProcess;

	private readonly killSignal: NodeJS.Signals;

	private readonly killAtExit = () => signalGroup(this.child, this.killSignal);

	private readonly callOffGuard?: () => void;

	/** How it ended, once it has. */
	readonly ended: Promise<string>;

	hasEnded = false;

	constructor(command: string, args: string[], options: DaemonOptions) {
		const { env, cwd, logFile, user, killSignal = 'SIGKILL' } = options;
		this.killSignal = killSignal;
		const log = openSync(logFile, 'a');
		this.child = spawn(command, args, {
			env,
			cwd,
			...user,
			stdio: ['ignore', log, log],
			// A group of its own: Ctrl-C in the terminal is for us, and we end n8n in good order.
			detached: !windows,
		});
		closeSync(log);
		process.on('exit', this.killAtExit);
		if (this.child.pid && !windows) this.callOffGuard = guardGroup(this.child.pid, killSignal);
		this.ended = new Promise((resolve) => {
			this.child.once('error', (error) => this.onEnd(resolve, error.message));
			this.child.once('exit', (code, signal) => this.onEnd(resolve, `exit ${signal ?? code}`));
		});
	}

	private onEnd(resolve: (how: string) => void, how: string): void {
		this.hasEnded = true;
		signalGroup(this.child, 'SIGKILL');
		process.off('exit', this.killAtExit);
		this.callOffGuard?.();
		resolve(how);
	}

	/** From here on this process may end before it, and ends it then. */
	unref(): void {
		this.child.unref();
	}

	/** Asks it to end, as a service manager does, and insists after a while. */
	async stop(patienceMs = 60_000): Promise<void> {
		if (this.child.pid !== undefined && !this.hasEnded) this.child.kill('SIGTERM');
		const insist = setTimeout(() => signalGroup(this.child, 'SIGKILL'), patienceMs);
		await this.ended;
		clearTimeout(insist);
	}

	async kill(): Promise<void> {
		signalGroup(this.child, this.killSignal);
		await this.ended;
	}
}
