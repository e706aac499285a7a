import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Row } from './row';
import { rows } from './rows';

/** What is to be run. A part that is absent is left out, and a seed that is absent is drawn. */
export interface Asked {
	table?: { rows: Row[]; withRetry: boolean[] };
	random?: { seed?: number };
	histories?: { seed?: number; count: number };
}

const FEW = 200;
const MANY = 2_000;
/** Of the loops' histories: the same in every run, so that what fails is the change. Every night others are drawn. */
const SEEDS = { once: 419_497, rest: 400_600 };

const options = {
	once: { type: 'boolean' },
	rest: { type: 'boolean' },
	name: { type: 'string', short: 't' },
	seed: { type: 'string' },
	histories: { type: 'string' },
	count: { type: 'string', default: String(MANY) },
} as const;

const FOLDER = path.join(__dirname, 'rows');
const files = readdirSync(FOLDER).map((name) => path.join(FOLDER, name));

const isRow = (one: unknown): one is Row => rows.includes(one as Row);

/** The rows of a file, or of the whole folder. */
async function rowsAt(place: string): Promise<Row[]> {
	const full = path.resolve(place);
	const chosen = files.filter((file) => [file, FOLDER, __dirname].includes(full));
	const parts = await Promise.all(
		chosen.map(async (file) => (await import(file)) as Record<string, unknown>),
	);
	const found = parts.flatMap((part) => Object.values(part).flat()).filter(isRow);
	if (found.length > 0) return [...new Set(found)];
	const there = files.map((file) => path.relative(process.cwd(), file)).join(', ');
	throw new Error(`No rows are at "${place}". There are: ${there}`);
}

function rowsNamed(name: string, among: Row[]): Row[] {
	const found = among.filter(({ stage, fault }) => `${stage}: ${fault}`.includes(name));
	if (found.length > 0) return found;
	throw new Error(`No row has "${name}" in its "stage: fault".`);
}

function wholeNumber(given: string): number {
	if (/^\d+$/.test(given)) return Number(given);
	throw new Error(`"${given}" is not a whole number.`);
}

/**
 * What the arguments of a command ask for: some rows, one seed, the short half, the other half, or all.
 *
 * @throws in words, where they name no row or are no number
 */
export async function asked(args: string[]): Promise<Asked> {
	const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
	const { once, rest, name, seed, histories } = values;
	const count = wholeNumber(values.count);
	if (once)
		return {
			table: { rows, withRetry: [false] },
			histories: { seed: SEEDS.once, count: FEW },
		};
	if (rest)
		return {
			table: { rows, withRetry: [true] },
			random: {},
			histories: { seed: SEEDS.rest, count },
		};
	const table = { rows, withRetry: [false, true] };
	if (name !== undefined || positionals.length > 0) {
		const places = (await Promise.all(positionals.map(rowsAt))).flat();
		const chosen = positionals.length > 0 ? places : rows;
		return { table: { ...table, rows: rowsNamed(name ?? '', chosen) } };
	}
	if (seed !== undefined) return { random: { seed: wholeNumber(seed) } };
	if (histories !== undefined) return { histories: { seed: wholeNumber(histories), count } };
	return { table, random: {}, histories: { count } };
}
