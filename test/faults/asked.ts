import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { LANES } from './histories';
import type { Row } from './row';
import { rows } from './rows';

/** What is to be run. */
export interface Asked {
	/** the arguments of processes that run the parts beside each other */
	parts?: string[][];
	table?: { rows: Row[]; withRetry: boolean[] };
	/** the seed of the random run */
	random?: number;
	histories?: { seed: number; count: number };
}

const FEW = 200;
const MANY = 2_000;
/** Of the loops' histories: the same in every run, so that what fails is the change. Every night others are drawn. */
const SEEDS = { once: 419_497, rest: 400_600 };

const options = {
	once: { type: 'boolean' },
	rest: { type: 'boolean' },
	table: { type: 'string' },
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

/** A history waits most of its time, so a second process leaves no processor idle; each has lanes of its own. */
const inTwo = (seed: number, count: number): string[][] =>
	[seed, seed + LANES].map((first) => [
		...['--histories', String(first)],
		...['--count', String(Math.ceil(count / 2))],
	]);

const drawSeed = () => Math.floor(Math.random() * 1_000_000);
const random = () => ['--seed', String(drawSeed())];

/** How each row is run: once as it is, again with Retry On Fail. */
const TABLES: Record<string, boolean[]> = { once: [false], again: [true], both: [false, true] };

function waysOf(table: string): boolean[] {
	const ways = TABLES[table];
	if (ways) return ways;
	throw new Error(`"${table}" is none of ${Object.keys(TABLES).join(', ')}.`);
}

/**
 * What the arguments of a command ask for: some rows, one seed, the short half, the other half, or all.
 *
 * @throws in words, where they name no row or are no number
 */
export async function asked(args: string[]): Promise<Asked> {
	const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
	const { once, rest, table, name, seed, histories } = values;
	const count = wholeNumber(values.count);
	if (once) return { parts: [['--table', 'once'], ...inTwo(SEEDS.once, FEW)] };
	if (rest) return { parts: [['--table', 'again', ...random()], ...inTwo(SEEDS.rest, count)] };
	if (name !== undefined || positionals.length > 0) {
		const places = (await Promise.all(positionals.map(rowsAt))).flat();
		const chosen = positionals.length > 0 ? places : rows;
		return { table: { rows: rowsNamed(name ?? '', chosen), withRetry: [false, true] } };
	}
	const all = table === undefined ? {} : { table: { rows, withRetry: waysOf(table) } };
	if (seed !== undefined) return { ...all, random: wholeNumber(seed) };
	if (table !== undefined) return all;
	if (histories !== undefined) return { histories: { seed: wholeNumber(histories), count } };
	return { parts: [['--table', 'both', ...random()], ...inTwo(drawSeed(), count)] };
}
