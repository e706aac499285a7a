import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Line } from './run';

export interface Report {
	/** ISO 8601 */
	date: string;
	/** who was asked */
	fal: 'fal' | 'an emulator';
	versions: Record<string, string>;
	/** USD */
	money: { price: number; budget: number; spent: number };
	/** s */
	seconds: number;
	lines: Line[];
	/** what has changed since the report that lay there before */
	since?: { date: string; changes: Change[] };
}

export interface Change {
	id: string;
	was: string;
	is: string;
}

const ORDER = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** Takes out what is nobody else's business: the key, addresses, ids of requests, folders. */
export function clean(text: string, key: string): string {
	const secrets = [key, ...key.split(':')].filter((part) => part.length > 5);
	return secrets
		.reduce((left, secret) => left.replaceAll(secret, '[key]'), text)
		.replace(/\b(https?|data):[^\s"'<>|)]+/g, '[address]')
		.replace(/[\w.+-]+@[\w-]+\.[\w.]+/g, '[mail]')
		.replace(/(\/[\w.-]+){2,}/g, '[path]')
		.replace(ORDER, '[id]');
}

const cleanLine = (line: Line, key: string): Line => ({
	...line,
	came: clean(line.came, key),
	...(line.note !== undefined && { note: clean(line.note, key) }),
});

const inShort = ({ outcome, came }: Line) => `${outcome}: ${came}`;

/** The lines of both that say something else than they did. */
export const changesSince = (before: Line[], now: Line[]): Change[] =>
	now.flatMap((line) => {
		const old = before.find(({ id }) => id === line.id);
		if (!old || inShort(old) === inShort(line)) return [];
		return [{ id: line.id, was: inShort(old), is: inShort(line) }];
	});

const cell = (text: string) => text.replaceAll('|', '\\|');

const row = ({ id, what, expected, came, outcome, note, ms }: Line) =>
	`| ${[
		id,
		what,
		outcome,
		expected,
		outcome === 'same' ? '' : came,
		note ?? '',
		`${(ms / 1_000).toFixed(1)} s`,
	]
		.map(cell)
		.join(' | ')} |`;

const listOf = (lines: Line[], outcome: Line['outcome']) =>
	lines
		.filter((line) => line.outcome === outcome)
		.map(({ id, what, expected, came, promise, isBetter }) =>
			outcome === 'differs'
				? `- **${id}**: ${what}: expected "${expected}", came "${came}". ${isBetter ? 'It is more than we rely on' : `What hangs on it: ${promise}`}.`
				: `- ${id}: ${came}`,
		);

export const countOf = (lines: Line[], outcome: Line['outcome']): number =>
	lines.filter((line) => line.outcome === outcome).length;

const section = (title: string, lines: string[]) =>
	lines.length ? [`\n## ${title}\n`, ...lines] : [];

/** The report for people. */
export function inMarkdown({ date, fal, versions, money, seconds, lines, since }: Report): string {
	const counts = (['same', 'differs', 'not seen'] as const).map(
		(outcome) => `${countOf(lines, outcome)} ${outcome}`,
	);
	const missing = lines.filter(({ came }) => /^not listed|^without /.test(came));
	return [
		`# Checked against ${fal}\n`,
		`${date}, ${Object.entries(versions)
			.map(([name, version]) => `${name} ${version}`)
			.join(', ')}`,
		`\n${lines.length} checks: ${counts.join(', ')}. ${seconds} s. ` +
			`$${money.spent.toFixed(2)} spent or held of $${money.budget.toFixed(2)}, at $${money.price.toFixed(2)} an image.`,
		...section('What differs', listOf(lines, 'differs')),
		...section('What was not seen', listOf(lines, 'not seen')),
		...section('Missing in the history', listOf(missing, 'differs')),
		...section(
			`Since the report of ${since?.date}`,
			(since?.changes ?? []).map(({ id, was, is }) => `- ${id}: "${was}" → "${is}"`),
		),
		'\n## Every check\n',
		'| Check | What is looked at | Outcome | Expected | Came | Note | Took |',
		'| --- | --- | --- | --- | --- | --- | --- |',
		...lines.map(row),
		'',
	].join('\n');
}

export const readReport = (file: string): Report =>
	JSON.parse(readFileSync(file, 'utf8')) as Report;

/** Writes `live-report.json` and `.md`, and compares them with those that lie there. */
export function writeReport(folder: string, raw: Omit<Report, 'since'>, key: string): Report {
	const file = join(folder, 'live-report.json');
	const before = existsSync(file) ? readReport(file) : undefined;
	const lines = raw.lines.map((line) => cleanLine(line, key));
	const since = before && { date: before.date, changes: changesSince(before.lines, lines) };
	const report = { ...raw, lines, ...(since && { since }) };
	writeFileSync(file, `${JSON.stringify(report, null, '\t')}\n`);
	writeFileSync(join(folder, 'live-report.md'), inMarkdown(report));
	return report;
}
