import { checks } from '../../scripts/live/checks';
import { oddLines, runAgainstEmulator } from './bench';

/** The node's are in test/e2e, since they need an n8n. */
const parts = new Set(
	checks.map(({ id }) => id.split('.')[0] ?? '').filter((part) => part !== 'node'),
);

it('against the emulator every line is the same, and the key goes nowhere else', async () => {
	const { lines, spent, billed, leaks } = await runAgainstEmulator({ only: [...parts] });
	expect(oddLines(lines)).toEqual([]);
	expect(lines.length).toBeGreaterThan(60);
	expect(spent).toBeCloseTo(billed);
	expect(leaks).toEqual([]);
});
