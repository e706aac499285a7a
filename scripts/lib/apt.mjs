import { existsSync } from 'node:fs';
import { runLogged } from './run.mjs';

export const isDebianRoot = () => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');

/** Installs packages of Debian or Ubuntu. Whether it worked shows in what is there afterwards. */
export async function aptInstall(logName, packages) {
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	const install = ['install', '--yes', '--no-install-recommends', ...packages];
	for (const args of [['update'], install]) {
		const { code } = await runLogged(logName, 'apt-get', args, { env });
		if (code !== 0) return;
	}
}
