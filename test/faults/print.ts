import { complaintsOf } from './judge';
import { errorText, ownCalls, type Trial } from './trial';

const cut = (text: string, width: number) =>
	(text.length > width ? `${text.slice(0, width - 1)}…` : text).padEnd(width);

/** What came of a run, in a few words. */
function outcomeOf(trial: Trial): string {
	if (!trial.result) return 'DID NOT END';
	if (trial.images) return 'images';
	if (trial.result.error) return trial.result.error.message;
	const [item] = trial.result.outputs.flat();
	return item ? `item: ${String(item.json.status ?? Object.keys(item.json))}` : 'nothing';
}

const WIDTHS = [10, 44, 50, 4, 5, 50, 4, 5];

const line = (cells: Array<string | number>) =>
	cells.map((cell, column) => cut(String(cell), WIDTHS[column] ?? 6)).join('  ');

const headOf = (retry: boolean) => [retry ? 'with Retry On Fail' : 'outcome', 'jobs', 'calls'];

const cellsOf = (trial: Trial) => [outcomeOf(trial), trial.jobs.length, ownCalls(trial)];

/** One line for all runs of a row. */
function rowLine(trials: Trial[]): string {
	const [first] = trials;
	const good = trials.every((trial) => complaintsOf(trial).length === 0);
	const cells = [first?.row.stage ?? '', first?.row.fault ?? '', ...trials.flatMap(cellsOf)];
	return `${line(cells)}  ${good ? 'ok' : 'WRONG'}`;
}

export function printTable(tried: Trial[][], withRetry: boolean[]): void {
	console.log(line(['stage', 'fault', ...withRetry.flatMap(headOf)]));
	for (const trials of tried) console.log(rowLine(trials));
}

/** Why rows are wrong. */
export function printComplaints(trials: Trial[]): number {
	const wrong = trials.filter((trial) => complaintsOf(trial).length > 0);
	for (const trial of wrong) {
		const { row, retryOnFail } = trial;
		console.log(`\nWRONG  ${row.stage}: ${row.fault}${retryOnFail ? ' (with Retry On Fail)' : ''}`);
		for (const complaint of complaintsOf(trial)) console.log(`       ${complaint}`);
		if (errorText(trial)) console.log(`       error: ${errorText(trial)}`);
	}
	return wrong.length;
}
