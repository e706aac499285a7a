import { NotSeen, type Check, type Live } from './live';
import { PROMISES } from './promises';
import { NotWithinBudget } from './purse';

/** What came of one check. */
export interface Line {
	id: string;
	what: string;
	promise: string;
	expected: string;
	outcome: 'same' | 'differs' | 'not seen';
	/** it differs, and is more than we rely on */
	isBetter?: true;
	/** in the words of `expected`, or why nothing was seen */
	came: string;
	/** what may be of interest beside it */
	note?: string;
	ms: number;
}

const isOurs = (error: unknown): error is Error =>
	error instanceof NotSeen || error instanceof NotWithinBudget;

/** `fetch failed` says nothing; its cause does. */
function inWords(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const { cause } = error as { cause?: { code?: string; message?: string } };
	return cause ? `${error.message}: ${cause.code ?? cause.message}` : error.message;
}

async function runCheck(check: Check, live: Live): Promise<Line> {
	const { id, what, expected } = check;
	const start = Date.now();
	const line = (outcome: Line['outcome'], came: string, note?: string): Line => ({
		...{ id, what, promise: PROMISES[check.promise], expected, outcome, came },
		...(note !== undefined && { note }),
		ms: Date.now() - start,
	});
	try {
		const seen = await check.see(live);
		const [came, note] = typeof seen === 'string' ? [seen] : seen;
		if (came === expected) return line('same', came, note);
		const isBetter = check.better?.test(came) && { isBetter: true as const };
		return { ...line('differs', came, note), ...isBetter };
	} catch (error) {
		return line('not seen', isOurs(error) ? error.message : `the call failed: ${inWords(error)}`);
	}
}

/** The checks whose part or id is named; all where none is. */
export function chosen(checks: Check[], only?: string[]): Check[] {
	const names = only ?? [];
	const isNamed = ({ id }: Check, name: string) => id === name || id.startsWith(`${name}.`);
	const unknown = names.find((name) => !checks.some((check) => isNamed(check, name)));
	if (unknown !== undefined) throw new Error(`There is no check "${unknown}"`);
	if (names.length === 0) return checks;
	return checks.filter((check) => names.some((name) => isNamed(check, name)));
}

/** Every check after the other: one edit at a time, and fal's queue is ours. */
export async function runChecks(
	checks: Check[],
	live: Live,
	tell: (line: Line) => void = () => undefined,
): Promise<Line[]> {
	const lines: Line[] = [];
	for (const check of checks) {
		const line = await runCheck(check, live);
		lines.push(line);
		tell(line);
	}
	return lines;
}
