import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { aptInstall, isDebianRoot } from './apt.mjs';
import { Problem, runMain } from './problem.mjs';
import { withProgress } from './progress.mjs';

const onPath = () => (process.env.PATH ?? '').split(delimiter).filter(Boolean);

const natural = new Intl.Collator('en', { numeric: true });

// Debian and Homebrew keep a folder for each version of PostgreSQL, and none of them on the path.
function versionFolders() {
	const parents = [
		'/usr/lib/postgresql',
		'/usr/local/lib/postgresql',
		'/opt/homebrew/opt',
		'/usr/local/opt',
	];
	return parents.filter(existsSync).flatMap((parent) =>
		readdirSync(parent)
			.filter((name) => /^(postgresql(@\d+)?|\d+)$/.test(name))
			.sort((a, b) => natural.compare(b, a))
			.map((name) => join(parent, name, 'bin')),
	);
}

const holdsAll = (folder, names) => names.every((name) => existsSync(join(folder, name)));

const wanted = [
	{
		name: 'redis',
		packageName: 'redis-server',
		programs: ['redis-server'],
		folders: () => [...onPath(), '/opt/homebrew/bin', '/usr/local/bin'],
	},
	{
		name: 'postgres',
		packageName: 'postgresql',
		programs: ['initdb', 'postgres', 'pg_isready'],
		folders: () => [...versionFolders(), ...onPath()],
	},
];

const folderOf = ({ folders, programs }) => folders().find((folder) => holdsAll(folder, programs));

const missing = () => wanted.filter((service) => !folderOf(service));

const advice = (
	services,
) => `The tests in queue mode need Redis and PostgreSQL, and this machine lacks: ${services
	.map(({ packageName }) => packageName)
	.join(', ')}. Install it:
  Debian, Ubuntu: sudo apt-get install redis-server postgresql
  macOS: brew install redis postgresql
It need not run: the tests start servers of their own, on other ports, and end them.
The log of a try to install it here: .tools/logs/services-apt.log`;

/** Gives the folders of the programs `redis` and `postgres`; installs what is missing where it can. */
export async function ensureServices() {
	if (missing().length > 0 && isDebianRoot()) {
		const packages = missing().map(({ packageName }) => packageName);
		await withProgress(`Installing ${packages.join(' and ')} for the tests in queue mode`, () =>
			aptInstall('services-apt', packages),
		);
	}
	if (missing().length > 0) throw new Problem(advice(missing()));
	return Object.fromEntries(wanted.map((service) => [service.name, folderOf(service)]));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
	await runMain(async () => console.log(JSON.stringify(await ensureServices())));
}
