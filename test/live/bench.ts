import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checks } from '../../scripts/live/checks';
import { emulatorForChecks, HURRIED } from '../../scripts/live/emulator';
import { Live, type Patience } from '../../scripts/live/live';
import { Purse } from '../../scripts/live/purse';
import { chosen, runChecks, type Line } from '../../scripts/live/run';
import { Wire } from '../../scripts/live/wire';
import type { Emulator, EmulatorOptions } from '../emulator';
import { freePort } from '../n8n/freePort';

/** USD for an image, in the emulator's price list. */
export const EACH = 0.15;

export interface CheckRun {
	only?: string[];
	budget?: number;
	emulator?: EmulatorOptions;
	/** what is done to the emulator before the checks */
	prepare?: (fal: Emulator) => void;
	patience?: Partial<Patience>;
	/** ms for one call */
	deadline?: number;
}

export interface CheckResult {
	lines: Line[];
	/** USD, by the ledger */
	spent: number;
	/** USD, by what the emulator has billed */
	billed: number;
	leaks: Emulator['leaks'];
}

const billedAt = ({ jobs }: Emulator) =>
	jobs.reduce((sum, { billed, units }) => sum + (billed ? units : 0), 0) * EACH;

/** Runs checks against an emulator of their own. */
export async function runAgainstEmulator(run: CheckRun = {}): Promise<CheckResult> {
	const fal = await emulatorForChecks(run.emulator);
	const folder = mkdtempSync(join(tmpdir(), 'nano-banana-live-'));
	const port = await freePort();
	const wire = new Wire({ key: fal.key, at: fal.url, deadline: run.deadline ?? 60_000 });
	const purse = Purse.open(join(folder, 'ledger.json'), run.budget ?? 5, EACH);
	wire.purse = purse;
	const webhook = { address: `http://127.0.0.1:${port}/`, port };
	const live = new Live({ wire, webhook, patience: { ...HURRIED, ...run.patience } });
	run.prepare?.(fal);
	try {
		const lines = await runChecks(chosen(checks, run.only), live);
		return { lines, spent: purse.spent, billed: billedAt(fal), leaks: [...fal.leaks] };
	} finally {
		await live.end();
		await fal.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

/** The lines that are not as expected, each in one text. */
export const oddLines = (lines: Line[]): string[] =>
	lines
		.filter(({ outcome }) => outcome !== 'same')
		.map(({ id, outcome, came }) => `${id} ${outcome}: ${came}`);
