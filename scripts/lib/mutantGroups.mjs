import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { projectRoot } from './paths.mjs';
import { Problem } from './problem.mjs';

const require = createRequire(import.meta.url);

const FAL = 'nodes/shared/fal';
const QUEUE = `${FAL}/queue`;
const REQUESTS = 'nodes/shared/requests';
const EDITS = 'nodes/NanoBananaProEdit/edits';
const files = (folder, names) => names.map((name) => `${folder}/${name}.ts`);

const requests = [
	'test/nodes/shared/requests/*.test.ts',
	'test/nodes/NanoBananaProEdit/edits/@(journal|killed|lostRequest|lostRequest.when|readEdits.caps|paidOnce|retriedTwice|runAgain|runEdits|runEdits.words|stopped|upload).test.ts',
	'test/nodes/NanoBananaProEdit/operations/@(edit|submit|submit.failures|submit.webhook|chain).test.ts',
	'test/nodes/shared/n8n/@(executionRequests|executionRequests.open|journal|nodeErrors|processedMemory).test.ts',
];
const calls = ['test/nodes/shared/fal/**/*.test.ts'];

/** What decides about money, and the tests that are asked about each part: they take seconds. */
export const groups = {
	requests: {
		mutate: [
			...files(REQUESTS, ['request', 'processMemory', 'store', 'place']),
			...files('nodes/shared/n8n', ['journal', 'executionRequests']),
		],
		tests: requests,
	},
	recover: { mutate: files(REQUESTS, ['recover', 'fingerprint']), tests: requests },
	run: {
		mutate: [
			...files(EDITS, ['runEdits', 'readEdits']),
			'nodes/NanoBananaProEdit/operations/edit.ts',
		],
		tests: requests,
	},
	submit: { mutate: files(QUEUE, ['submit', 'queue', 'result']), tests: calls },
	wait: {
		mutate: [...files(QUEUE, ['wait', 'completion']), ...files(FAL, ['failure'])],
		tests: calls,
	},
	trigger: {
		mutate: [
			'nodes/FalTrigger/*.ts',
			'!nodes/FalTrigger/FalTrigger.node.ts',
			'nodes/shared/n8n/processedMemory.ts',
		],
		tests: ['test/nodes/FalTrigger/*.test.ts'],
	},
};

const usage = `npm run test:mutants -- [${Object.keys(groups).join(' | ')} | <file or folder of nodes/>[:<line>-<line>]] …`;

const isThere = (glob) => require('fast-glob').sync(glob, { cwd: projectRoot }).length > 0;

/** The tests beside a file, as test/ repeats the folders of nodes/: its own, else those of its folder or of one above. */
function testsBeside(path) {
	const own = `test/${path.replace(/\.ts$/, '')}`;
	const folders = [];
	for (let at = own; at !== 'test'; at = dirname(at)) folders.push(`${at}/**/*.test.ts`);
	return [[`${own}.test.ts`, `${own}.*.test.ts`], ...folders.map((glob) => [glob])].find((globs) =>
		globs.some(isThere),
	);
}

/** A path of nodes/, and the lines of it. */
function atPath(asked) {
	const [, typed, lines = ''] = /^(.*?)(:\d+(?::\d+)?-\d+(?::\d+)?)?$/.exec(asked);
	const full = resolve(projectRoot, typed);
	const path = relative(projectRoot, full).replaceAll('\\', '/');
	if (!existsSync(full) || !path.startsWith('nodes/'))
		throw new Problem(`No group is named "${asked}", and no file or folder of nodes/.\n\n${usage}`);
	const mutate = statSync(full).isDirectory() ? `${path}/**/*.ts` : `${path}${lines}`;
	const group = Object.values(groups).find((one) => one.mutate.includes(path));
	return { mutate: [mutate], tests: group?.tests ?? testsBeside(path) };
}

/**
 * What is to be changed, and the tests that are asked about it.
 *
 * @param asked names of groups and paths; none for all groups
 * @throws a problem in words for what is neither
 */
export function chosenGroups(asked) {
	const option = asked.find((one) => one.startsWith('-'));
	if (option) throw new Problem(`Mutants are chosen by a path, not by ${option}.\n\n${usage}`);
	if (asked.length === 0) return Object.values(groups);
	return asked.map((one) => groups[one] ?? atPath(one));
}
