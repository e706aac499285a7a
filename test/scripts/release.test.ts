import { findings, ownersPart, type Release } from '../../scripts/release/rules';

const good: Release = {
	manifest: {
		name: 'n8n-nodes-some',
		version: '1.2.3',
		author: { email: 'somebody@company.com' },
		repository: { url: 'git+https://github.com/company/n8n-nodes-some.git' },
		homepage: 'https://github.com/company/n8n-nodes-some',
		publishConfig: { provenance: true },
		scripts: { prepublishOnly: 'n8n-node prerelease' },
	},
	locked: '1.2.3',
	changelog: '# Changelog\n\n## 1.2.3 - 2026-11-26\n\n- Things.\n',
	packed: ['dist/nodes/Some.node.js', 'index.js', 'README.md', 'LICENSE', 'package.json'],
	tag: '1.2.3',
};

const problems = (release: Release) =>
	findings(release).flatMap(({ rule, problem }) => (problem === undefined ? [] : [rule]));

const withManifest = (change: object): Release => ({
	...good,
	manifest: { ...good.manifest, ...change },
});

it('a release that may go out', () => expect(problems(good)).toEqual([]));

it('needs no tag before there is one', () =>
	expect(problems({ ...good, tag: undefined })).toEqual([]));

it.each<[string, Release, string]>([
	['another version in the lock file', { ...good, locked: '1.2.2' }, 'one version'],
	['no entry in the changelog', { ...good, changelog: '## 1.2.2 - 2026-01-01' }, 'CHANGELOG'],
	['a version without its day', { ...good, changelog: '## 1.2.3 (not yet)' }, 'CHANGELOG'],
	[
		'a version that only begins like it',
		{ ...good, changelog: '## 1.2.30 - 2026-01-01' },
		'CHANGELOG',
	],
	["another version's tag", { ...good, tag: '1.2.4' }, 'the tag'],
	['a run-time dependency', withManifest({ dependencies: { axios: '1' } }), 'run time'],
	['no built file', { ...good, packed: ['package.json'] }, 'no more'],
	['a file that nobody needs', { ...good, packed: [...good.packed, 'test/x.ts'] }, 'no more'],
	['no provenance', withManifest({ publishConfig: {} }), 'only the workflow'],
	['no guard', withManifest({ scripts: {} }), 'only the workflow'],
])('%s', (_name, release, rule) => {
	expect(problems(release)).toHaveLength(1);
	expect(problems(release)[0]).toContain(rule);
});

it('what the owner has given is seen, and what is still a placeholder', () => {
	const open = (release: Release) => ownersPart(release).filter(({ problem }) => problem);
	expect(open(good)).toEqual([]);
	expect(open(withManifest({ author: { email: 'hello@some.example' } }))).toHaveLength(1);
	expect(open(withManifest({ homepage: undefined }))).toHaveLength(1);
});
