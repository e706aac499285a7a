import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readReport } from '../../scripts/live/report';
import type { DifferenceName } from '../emulator/differences';
import { kinderThan, likenessInWords, likenessTo } from '../emulator/like';
import { oddLines, runAgainstEmulator } from './bench';

const NAMES: DifferenceName[] = ['no billable units', 'the history lists unfinished requests'];
const only = ['bad', 'edit', 'history.unfinished'];

it('is not kinder than fal in any report that lies here', async () => {
	const reports = readdirSync(__dirname).filter((name) => name.endsWith('.json'));
	const lines = reports.flatMap((name) => readReport(join(__dirname, name)).lines);
	const emulator = (await runAgainstEmulator({ only })).lines;
	expect(oddLines(emulator)).toEqual([]);
	// Every other line of the emulator's is the same, too: protocol.test.ts.
	const all = lines.map((line) => ({ ...line, outcome: 'same' as const }));
	expect(kinderThan(lines, all)).toEqual([]);
});

it('is found kinder than a fal that differs, and is told how to be like it', async () => {
	const fal = (await runAgainstEmulator({ only, emulator: { differences: NAMES } })).lines;
	const usual = (await runAgainstEmulator({ only })).lines;
	// That unfinished requests are listed is more than we rely on.
	expect(kinderThan(fal, usual)).toEqual(['bad.bill: not said', 'edit.units: not said']);
	const { switches } = likenessTo(fal);
	expect(switches).toEqual(NAMES);
	const like = (await runAgainstEmulator({ only, emulator: { differences: switches } })).lines;
	expect(kinderThan(fal, like)).toEqual([]);
});

it('says what it cannot be like', () => {
	const line = {
		...{ id: 'edit.submit', what: '', promise: '', ms: 0 },
		...{ expected: '200 with a request id', outcome: 'differs' as const, came: '418' },
	};
	const likeness = likenessTo([line]);
	expect(likeness).toEqual({ switches: [], unlike: [line] });
	expect(likenessInWords(likeness)).toEqual([
		'NOT like fal  edit.submit: "200 with a request id", fal: "418"',
	]);
});
