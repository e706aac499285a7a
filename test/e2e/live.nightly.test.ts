import { oddLines, runAgainstEmulator } from '../live/bench';

it('the checks of the node, against the emulator: every line is the same', async () => {
	const { lines, spent, billed } = await runAgainstEmulator({ only: ['node', 'money'], budget: 1 });
	expect(oddLines(lines)).toEqual([]);
	expect(lines).toHaveLength(7);
	expect(spent).toBeCloseTo(billed);
	expect(billed).toBeCloseTo(0.6);
});

it('a stop that is billed is found', async () => {
	const { lines, billed } = await runAgainstEmulator({
		only: ['node.edit', 'node.stop', 'money.paid'],
		emulator: { differences: ['a cancelled edit is made and billed'] },
	});
	expect(oddLines(lines)).toEqual([
		'node.stop differs: 1 order, made',
		'money.paid differs: otherwise: node stop',
	]);
	expect(billed).toBeCloseTo(0.3);
});

it('the budget holds for what n8n orders', async () => {
	const { lines, billed } = await runAgainstEmulator({ only: ['node.edit'], budget: 0.1 });
	expect(oddLines(lines)).toEqual([
		'node.edit not seen: the budget of $0.10 does not reach: $0.00 are spent, or may be',
	]);
	expect(billed).toBe(0);
});
