import { problemsIn, type Docs } from '../../scripts/docs/check';
import { readDocs } from '../../scripts/docs/read';

const table = (...names: string[]) =>
	[
		'| Parameter | Name in workflows |',
		'| --- | --- |',
		...names.map((name) => `| Label | ${name} |`),
		'',
		'Text with `another` word.',
	].join('\n');

const docs = (change: Partial<Docs> = {}): Docs => ({
	pages: [
		{ path: 'README.md', text: '# A\n\n[here](docs/a.md), [there](docs/a.md#how-it-is-done)' },
		{ path: 'docs/a.md', text: `[up](../README.md)\n\n## How it is done?\n\n${table('`prompt`')}` },
	],
	exists: () => false,
	parameters: ['prompt'],
	known: ['prompt', 'batchSize'],
	parameterPages: ['docs/a.md'],
	...change,
});

const page = (text: string) => docs({ pages: [...docs().pages, { path: 'docs/b.md', text }] });

it('pages that are right', () => expect(problemsIn(docs())).toEqual([]));

it.each([
	['a dead link', page('[x](c.md)'), 'docs/b.md: c.md leads nowhere'],
	['a dead image', page('![x](x.png)'), 'docs/b.md: x.png leads nowhere'],
	['a dead link by name', page('[x]: ../x.md'), 'docs/b.md: ../x.md leads nowhere'],
	['a missing heading', page('[x](a.md#none)'), 'docs/b.md: a.md#none has no such heading'],
	['a missing heading of its own', page('[x](#none)'), 'docs/b.md: #none has no such heading'],
	[
		'a parameter that no page has',
		docs({ parameters: ['prompt', 'seed'] }),
		'seed stands in no page',
	],
])('%s', (_name, wrong, problem) => expect(problemsIn(wrong)).toEqual([problem]));

it('a row without a parameter', () => {
	const [first, second] = docs().pages;
	const text = second!.text.replace('`prompt`', '`prompt`, `.batchSize`, `gone.inside`');
	expect(problemsIn(docs({ pages: [first!, { ...second!, text }] }))).toEqual([
		'gone stands in a table, and is no parameter',
	]);
});

it('the web, code and files that are there are no dead links', () => {
	const text = '[x](https://example.com/#y) [z](pic.png)\n\n```\n[no](link.md)\n```';
	expect(problemsIn({ ...page(text), exists: (path) => path === 'docs/pic.png' })).toEqual([]);
});

it("the project's own pages are right", () => {
	const own = readDocs();
	expect(own.pages.length).toBeGreaterThan(10);
	expect(own.parameters.length).toBeGreaterThan(25);
	expect(problemsIn(own)).toEqual([]);
});
