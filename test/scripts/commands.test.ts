import { execFile } from 'node:child_process';
import { projectRoot } from '../n8n/paths';

/** What a command of package.json prints, and its exit code. */
const run = async (...args: string[]) =>
	await new Promise<{ code: number; printed: string }>((resolve) => {
		const child = execFile(process.execPath, args, { cwd: projectRoot }, (_, stdout, stderr) =>
			resolve({ code: child.exitCode ?? 1, printed: stdout + stderr }),
		);
	});

describe('what no test is behind is said before anything runs', () => {
	it.each([
		['npm test', 'scripts/test.mjs', [], 'No kind of tests has a test at "test/nowhere"'],
		['test:mutants', 'scripts/mutants.mjs', [], 'No group is named "test/nowhere"'],
	])('%s', async (_, script, args, words) => {
		const { code, printed } = await run(script, ...args, 'test/nowhere');
		expect(printed).toContain(words);
		expect(code).toBe(1);
	});

	it('a name alone, where there are several kinds of tests', async () => {
		const { code, printed } = await run('scripts/test.mjs', '--loop', 'all', '-t', 'a name');
		expect(printed).toContain('one kind of tests: npm run test:quick | test:unit |');
		expect(code).toBe(1);
	});
});
