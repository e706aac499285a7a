// In which n8n, on which Node, the package works: the end-to-end tests, with other versions.
import './lib/require-node20.mjs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectEnvironment } from './lib/environment.mjs';
import { folderOf as n8nFolder } from './lib/n8n.mjs';
import { folderOf as nodeFolder } from './lib/node.mjs';
import { ensurePacked } from './lib/pack.mjs';
import { pinnedN8nVersion, pinnedNodeVersion, projectRoot, readJson } from './lib/paths.mjs';
import { runMain } from './lib/problem.mjs';
import { runLogged } from './lib/run.mjs';
import { isFinished } from './lib/stamp.mjs';
import { ensureDependencies, ensureN8n, ensureNode } from './toolchain.mjs';

const LAST_1 = '1.123.81';
const OLDEST_NODE = '20.20.2';

// n8n 2.41 runs on Node 24 only; n8n 1 on all three. What the registry has beyond the pinned version
// (2.41.3 on 2026-11-26) needs a package that it lacks; then its row says so.
const pairs = [
	[pinnedN8nVersion, pinnedNodeVersion],
	['2.41.3', pinnedNodeVersion],
	[LAST_1, pinnedNodeVersion],
	[LAST_1, '22.23.3'],
	[LAST_1, OLDEST_NODE],
];

// What a user does with the node; the browser's tests know one editor only, and the templates n8n 2.
const suites = ['credential', 'files.memory', 'files.filesystem', 'items', 'money', 'trigger.test'];

/** What n8n 1 does in its own way (docs/compatibility.md): there these fail, and no others may. */
const OF_N8N_1 = [
	/^many items (stay linked|go the way of the error output)/,
	/^Retry On Fail with a bad first row/,
	/^the credential is (tested with a key that fal does not know|told apart)/,
	/binaryMode: combined/,
	// n8n 1 starts a workflow by hand with other words than the tests' driver says.
	/^the Test URL delivers/,
];

async function tryPair(n8n, node, base) {
	const { node: program } = await ensureNode(node);
	const folder = mkdtempSync(join(tmpdir(), 'nano-banana-versions-'));
	const outputFile = join(folder, 'result.json');
	try {
		const paths = suites.map((name) => `test/e2e/${name}`);
		const args = ['--config', 'test/e2e/jest.config.mjs', '--runInBand', '--json'];
		// Its other engine, isolated-vm, has no ready binary for Node 20 and does not build there.
		const engine = node === OLDEST_NODE && { N8N_EXPRESSION_ENGINE: 'legacy' };
		const env = { ...base, ...engine, TEST_N8N_VERSION: n8n, TEST_NODE: program };
		const all = [...args, '--outputFile', outputFile, ...paths];
		await runLogged(`versions-${n8n}-${node}`, 'jest', all, { cwd: projectRoot, env });
		return readJson(outputFile);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

const failedIn = ({ testResults }) =>
	testResults
		.flatMap(({ assertionResults, message, name }) =>
			assertionResults.length > 0
				? assertionResults
				: [{ status: 'failed', fullName: `${name}: ${message}` }],
		)
		.filter(({ status }) => status === 'failed');

/** @returns what stands in the table's last column; a test that fails is noted for the end */
async function report(n8n, node, base) {
	try {
		await ensureN8n(n8n, n8n === LAST_1 ? await ensureNode(OLDEST_NODE) : undefined);
	} catch (error) {
		console.log(`  ${error.message}`);
		return 'n8n does not install here';
	}
	const result = await tryPair(n8n, node, base);
	const failed = failedIn(result);
	for (const { fullName } of failed) {
		const isKnown = n8n === LAST_1 && OF_N8N_1.some((name) => name.test(fullName));
		console.log(`  failed${isKnown ? ', as known of n8n 1' : ''}: ${fullName}`);
		if (!isKnown) process.exitCode = 1;
	}
	return `${result.numPassedTests} of ${result.numTotalTests}`;
}

/** With `--installed`, the pairs that are here already, without the one that all other tests take. */
function chosenPairs() {
	const { installed } = parseArgs({ options: { installed: { type: 'boolean' } } }).values;
	if (!installed) return pairs;
	const [, ...others] = pairs;
	return others.filter(([n8n, node]) => [n8nFolder(n8n), nodeFolder(node)].every(isFinished));
}

await runMain(async () => {
	const chosen = chosenPairs();
	if (chosen.length === 0)
		return console.log('No other version is installed here: npm run versions installs them.');
	const node24 = await ensureDependencies();
	await ensurePacked(node24);
	const base = projectEnvironment(node24);
	const rows = [];
	for (const [n8n, node] of chosen) {
		rows.push(`| ${n8n} | ${node} | ${await report(n8n, node, base)} |`);
		console.log(rows.at(-1));
	}
	console.log(['', '| n8n | Node | Tests passed |', '| --- | --- | --- |', ...rows].join('\n'));
});
