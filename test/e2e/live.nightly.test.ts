import { oddLines, runAgainstEmulator } from '../live/bench';

it('the checks of the node, against the emulator: every line is the same', async () => {
	const { lines, spent, billed } = await runAgainstEmulator({ only: ['node', 'money'], budget: 1 });
	expect(oddLines(lines)).toEqual([]);
	expect(lines).toHaveLength(7);
	expect(spent).toBeCloseTo(billed);
	expect(billed).toBeCloseTo(0.6);
});

it('a stop that is billed is found, and the budget holds for n8n as well', async () => {
	const { lines, billed } = await runAgainstEmulator({
		only: ['node.edit', 'node.stop', 'node.lost'],
		budget: 0.3,
		emulator: { differences: ['a cancelled edit is made and billed'] },
	});
	expect(oddLines(lines)).toEqual([
		'node.stop differs: 1 order, made',
		'node.lost not seen: the budget of $0.30 does not reach: $0.30 are spent, or may be',
	]);
	expect(billed).toBeCloseTo(0.3);
});
