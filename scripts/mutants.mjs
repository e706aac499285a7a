import './lib/require-node20.mjs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectEnvironment } from './lib/environment.mjs';
import { chosenGroups } from './lib/mutantGroups.mjs';
import { projectRoot } from './lib/paths.mjs';
import { Problem, runMain } from './lib/problem.mjs';
import { runHere } from './lib/run.mjs';
import { ensureDependencies } from './toolchain.mjs';

async function runGroup({ mutate, tests }, node24) {
	const TESTS = tests.map((glob) => `<rootDir>/${glob}`).join(' ');
	const options = { cwd: projectRoot, env: { ...projectEnvironment(node24), TESTS } };
	const code = await runHere('stryker', ['run', '--mutate', mutate.join(',')], options);
	if (code !== 0) throw new Problem(`Stryker ended with ${code}.`);
	const report = join(projectRoot, 'reports/mutation/mutation.json');
	return Object.entries(JSON.parse(await readFile(report, 'utf8')).files);
}

/** Counts of a file's mutants; one on which the tests wait for ever is noticed as well. */
function countsOf([name, { mutants }]) {
	const of = (...kinds) => mutants.filter(({ status }) => kinds.includes(status)).length;
	const noticed = of('Killed', 'Timeout');
	return { name, noticed, all: noticed + of('Survived', 'NoCoverage') };
}

/** What no test has noticed, as `test/mutants/survivors.json` names it: the line, and what became of it. */
function survivorsOf([name, { mutants, source }]) {
	const lines = source.split('\n');
	const short = (text) => text.trim().replace(/\s+/g, ' ');
	return mutants
		.filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
		.map(({ location: { start }, replacement = '' }) => {
			return `${name}: ${short(lines[start.line - 1])} => ${short(replacement)}`;
		});
}

const percent = ({ noticed, all }) => `${((100 * noticed) / all).toFixed(1)} %`;
const line = (counts) =>
	`${counts.name.padEnd(50)} ${String(counts.noticed).padStart(4)} of ${String(counts.all).padStart(4)}  ${percent(counts)}`;

await runMain(async () => {
	const chosen = chosenGroups(process.argv.slice(2));
	const node24 = await ensureDependencies();
	const found = [];
	for (const group of chosen) found.push(...(await runGroup(group, node24)));
	const counts = found.map(countsOf);
	const sum = (key) => counts.reduce((total, one) => total + one[key], 0);
	console.log('\nMutants that the tests notice\n');
	for (const one of counts) console.log(line(one));
	console.log(line({ name: 'all', noticed: sum('noticed'), all: sum('all') }));
	const known = JSON.parse(
		await readFile(join(projectRoot, 'test/mutants/survivors.json'), 'utf8'),
	);
	const news = found.flatMap(survivorsOf).filter((survivor) => !(survivor in known));
	for (const survivor of news) console.log(`Not noticed, and no reason is known: ${survivor}`);
	if (news.length > 0) throw new Problem(`${news.length} mutants are not in survivors.json.`);
});
