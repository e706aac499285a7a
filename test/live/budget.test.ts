import pLimit from 'p-limit';
import type { FaultRule, Settings } from '../emulator';
import { rows } from '../faults/rows';
import { runAgainstEmulator } from './bench';

/** Every fault of the fault table that fal's side can have, once. */
const faults = new Map(
	rows
		.filter(({ ask }) => !ask.apiKey && !ask.proxyUrl)
		.map(({ stage, fault, rules, settings }) => [
			JSON.stringify([rules, settings]),
			{ name: `${stage}: ${fault}`, rules, settings },
		]),
);

/** Most of their time is waiting. */
const SIDE_BY_SIDE = 16;

/** One that is refused, two that are cancelled, and one of two images: more than the budget allows at once. */
const ORDERING = ['bad.bill', 'cancel.queued-bill', 'cancel.running-bill', 'equal.seed'];
const BUDGET = 0.3;

async function underFault(name: string, rules: FaultRule[], settings: Partial<Settings>) {
	const { spent, billed, lines } = await runAgainstEmulator({
		only: ORDERING,
		budget: BUDGET,
		emulator: { decodesInputs: false },
		prepare: (fal) => {
			Object.assign(fal.settings, settings);
			for (const rule of rules) fal.faults.add(rule);
		},
		// Nothing here depends on what comes in time: what is given up on is spent.
		patience: { firstWord: 300, edit: 300, listed: 50, listedLate: 50, callback: 50 },
		deadline: 300,
	});
	return { name, isOver: spent > BUDGET + 1e-9, isHidden: billed > spent + 1e-9, lines };
}

it('under every fault of the fault table no more is paid than the ledger says, and that is within the budget', async () => {
	const limit = pLimit(SIDE_BY_SIDE);
	const runs = await Promise.all(
		[...faults.values()].map(({ name, rules, settings }) =>
			limit(() => underFault(name, rules, settings)),
		),
	);
	expect(runs.length).toBeGreaterThan(100);
	expect(runs.filter(({ isOver, isHidden }) => isOver || isHidden).map(({ name }) => name)).toEqual(
		[],
	);
	// A fault leaves lines that say so, or the test has tested nothing.
	const odd = runs.filter(({ lines }) => lines.some(({ outcome }) => outcome !== 'same'));
	expect(odd.length).toBeGreaterThan(runs.length / 2);
}, 600_000);

it('where fal does not say what a refusal costs, no second order is made that should be free', async () => {
	const { lines, spent } = await runAgainstEmulator({
		only: ['bad.bill', 'late.end', 'cancel.queued-bill', 'edit.result'],
		emulator: { differences: ['no billable units'] },
	});
	expect(lines.map(({ outcome }) => outcome)).toEqual(['differs', 'not seen', 'not seen', 'same']);
	// The one refusal, and the edit.
	expect(spent).toBeCloseTo(0.3);
});
