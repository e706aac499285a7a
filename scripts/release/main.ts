import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { findings, ownersPart, type Finding, type Release } from './rules';

const usage = `npm run release:check [-- --tag <version>]
  --tag <version>   the tag that is to be published: then the owner's part must be there too`;

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const read = (file: string) => readFileSync(file, 'utf8');

function packedFiles(): string[] {
	const printed = execFileSync(npm, ['pack', '--dry-run', '--json'], {
		encoding: 'utf8',
		shell: process.platform === 'win32',
	});
	const [packed] = JSON.parse(printed) as Array<{ files: Array<{ path: string }> }>;
	return (packed?.files ?? []).map(({ path }) => path);
}

function readRelease(tag: string | undefined): Release {
	const lock = JSON.parse(read('package-lock.json')) as { version: string };
	return {
		manifest: JSON.parse(read('package.json')) as Release['manifest'],
		locked: lock.version,
		changelog: read('CHANGELOG.md'),
		packed: packedFiles(),
		tag,
	};
}

/** npm itself refuses to publish from anywhere but a workflow; nobody listens at this address. */
function publishRefusal(): Finding {
	const nowhere = 'http://127.0.0.1:9/';
	const { stderr } = spawnSync(
		npm,
		[
			'publish',
			`--registry=${nowhere}`,
			'--//127.0.0.1:9/:_authToken=none',
			'--fetch-retries=0',
			'--loglevel=error',
		],
		// What a workflow has would make it one.
		{
			encoding: 'utf8',
			env: { ...process.env, GITHUB_ACTIONS: '', GITLAB_CI: '' },
			shell: process.platform === 'win32',
		},
	);
	const refused = /provenance generation not supported/.test(stderr);
	return {
		rule: '`npm publish` from a desk is refused by npm',
		problem: refused ? undefined : stderr.trim().split('\n').slice(-2).join(' '),
	};
}

function runsClean(rule: string, command: string, ...args: string[]): Finding {
	const { status, stdout, stderr } = spawnSync(command, args, {
		encoding: 'utf8',
		shell: process.platform === 'win32',
	});
	const end = `${stdout}${stderr}`.trim().split('\n').slice(-3).join(' ');
	return { rule, problem: status === 0 ? undefined : end };
}

function print(name: string, found: Finding[], open: string): boolean {
	console.log(`\n${name}`);
	for (const { rule, problem } of found)
		console.log(problem === undefined ? `  ok    ${rule}` : `  ${open}  ${rule}: ${problem}`);
	return found.every(({ problem }) => problem === undefined);
}

function main(): void {
	const { tag, help } = parseArgs({
		options: { tag: { type: 'string' }, help: { type: 'boolean' } },
	}).values;
	if (help) return console.log(usage);
	// dist must be there before it is packed and scanned.
	const built = runsClean('it builds', 'gulp', 'build');
	const release = readRelease(tag);
	const rules = [
		built,
		...findings(release),
		publishRefusal(),
		runsClean("n8n's package scan, both legs", process.execPath, 'scripts/scan.mjs'),
	];
	const good = print('What the project holds', rules, 'FAIL');
	const given = print("The owner's part", ownersPart(release), tag ? 'FAIL' : 'open');
	console.log(
		'  open  a trusted publisher at npmjs.com for this repository and publish.yml (cannot be seen from here)',
	);
	process.exitCode = good && (given || tag === undefined) ? 0 : 1;
}

main();
