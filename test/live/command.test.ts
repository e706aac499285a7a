import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { emulatorForChecks } from '../../scripts/live/emulator';
import type { Report } from '../../scripts/live/report';
import type { Emulator } from '../emulator';
import { projectRoot } from '../n8n/paths';
import { until } from '../support/until';

let fal: Emulator;
let folder: string;

beforeEach(async () => {
	fal = await emulatorForChecks();
	folder = mkdtempSync(join(tmpdir(), 'nano-banana-live-'));
});

afterEach(async () => {
	await fal.close();
	rmSync(folder, { recursive: true, force: true });
});

/** The command as a person starts it, with nobody at the terminal. */
function start(args: string[], key: string | undefined = fal.key) {
	const { FAL_KEY: _, ...env } = process.env;
	const where = ['--at', fal.url, '--out', folder];
	const child = spawn(
		process.execPath,
		['--import', 'tsx', 'scripts/live/main.ts', ...where, ...args],
		{ cwd: projectRoot, env: { ...env, ...(key && { FAL_KEY: key }) } },
	);
	let printed = '';
	child.stdout.on('data', (text) => (printed += String(text)));
	child.stderr.on('data', (text) => (printed += String(text)));
	const end = new Promise<{ code: number | null; printed: string }>((resolve) =>
		child.on('close', (code) => resolve({ code, printed })),
	);
	return { child, end };
}

const report = () => JSON.parse(readFileSync(join(folder, 'live-report.json'), 'utf8')) as Report;

const billed = () => fal.jobs.reduce((sum, { images }) => sum + images, 0);

it('without a key it says where to get one', async () => {
	const { code, printed } = await start([], '').end;
	expect(printed).toBe('FAL_KEY is not set. Make a key at https://fal.ai/dashboard/keys\n');
	expect(code).toBe(2);
});

it('a plan names each order and the sum; with nobody to ask and no --yes nothing is done', async () => {
	const { code, printed } = await start(['--plan']).end;
	expect(printed).toMatch(/edit +\$0\.15 +one edit/);
	expect(printed).toMatch(/Expected \$0\.90 .* at most \$1\.00/);
	// All but the one that needs a larger budget.
	expect(printed.match(/over the budget: not done/g)).toHaveLength(1);
	expect(code).toBe(0);
	const unasked = await start(['--only', 'edit']).end;
	expect(unasked.printed).toContain('Nothing was done');
	expect(unasked.code).toBe(2);
	expect(fal.jobs).toEqual([]);
	expect(existsSync(join(folder, 'live-ledger.json'))).toBe(false);
});

it('the report has no key, no address and nothing personal, and a second one says what has changed', async () => {
	const first = await start(['--yes', '--only', 'auth,upload,edit,history,money']).end;
	expect(first.printed).toContain(' 0 differ, 0 not seen');
	expect(first.code).toBe(0);
	fal.settings.differences = ['no billable units'];
	const second = await start(['--yes', '--only', 'auth,upload,edit,history,money']).end;
	expect(second.code).toBe(1);
	expect(report().since?.changes).toContainEqual({
		id: 'edit.units',
		was: 'same: 1',
		is: 'differs: not said',
	});
	const texts = ['json', 'md'].map((kind) =>
		readFileSync(join(folder, `live-report.${kind}`), 'utf8'),
	);
	const ids = fal.jobs.map(({ id }) => id);
	const secrets = [...fal.key.split(':'), '://', 'data:image', homedir(), folder, ...ids];
	for (const text of texts) {
		for (const secret of secrets) expect(text).not.toContain(secret);
		expect(text).toContain('Money: the cost that is shown is what fal charges');
	}
});

it('killed in the middle of an order and started again, it holds the budget', async () => {
	const args = ['--yes', '--only', 'edit,equal', '--budget', '0.30'];
	fal.faults.add({ stage: 'submit', kind: 'hang', times: 1 });
	const { child, end } = start(args);
	await until(() => fal.jobs.length === 1);
	child.kill('SIGKILL');
	await end;
	const { printed } = await start(args).end;
	expect(printed).toContain('An earlier run was cut short: $0.15');
	expect(printed).toMatch(/not seen +equal\.seed +the budget of \$0\.30 does not reach/);
	expect(fal.jobs).toHaveLength(2);
	expect(billed()).toBeLessThanOrEqual(2);
	expect(existsSync(join(folder, 'live-ledger.json'))).toBe(false);
});
