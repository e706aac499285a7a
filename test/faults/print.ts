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

const HEAD = ['stage', 'fault', 'outcome', 'jobs', 'calls', 'with Retry On Fail', 'jobs', 'calls'];
const WIDTHS = [10, 44, 50, 4, 5, 50, 4, 5];

const line = (cells: Array<string | number>) =>
	cells.map((cell, column) => cut(String(cell), WIDTHS[column] ?? 6)).join('  ');

const cellsOf = (trial: Trial) => [outcomeOf(trial), trial.jobs.length, ownCalls(trial)];

/** One line for a row: both of its runs. */
function rowLine([once, again]: Trial[]): string {
	if (!once || !again) return '';
	const { stage, fault } = once.row;
	const good = [once, again].every((trial) => complaintsOf(trial).length === 0);
	return `${line([stage, fault, ...cellsOf(once), ...cellsOf(again)])}  ${good ? 'ok' : 'WRONG'}`;
}

export function printTable(pairs: Trial[][]): void {
	console.log(line(HEAD));
	for (const pair of pairs) console.log(rowLine(pair));
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
