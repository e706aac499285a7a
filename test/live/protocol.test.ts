import { oddLines, runAgainstEmulator } from './bench';

it('against the emulator every line is the same, and the key goes nowhere else', async () => {
	const { lines, spent, billed, leaks } = await runAgainstEmulator();
	expect(oddLines(lines)).toEqual([]);
	expect(lines.length).toBeGreaterThan(60);
	expect(spent).toBeCloseTo(billed);
	expect(leaks).toEqual([]);
});
