import { show, table } from '../table';

const MEGABYTE = 1_000_000;
/** At so many callbacks a second the time counts, too. */
const EASY = 8;
/** Bytes over an idle n8n: with n8n's defaults, and with the settings that docs/callbacks.md names. */
const MEMORY = { defaults: 1_000 * MEGABYTE, set: 500 * MEGABYTE };
const TIME = 1.1;

/** How many callbacks come in, how fast, and what happens meanwhile. */
export interface Flood {
	name: string;
	requests: number;
	/** 0: all finish while n8n is down */
	perSecond: number;
	/** how often n8n is killed */
	kills: number;
	/** programs beside it that keep a processor busy */
	loops: number;
}

export interface Measured {
	/** ms from the first finished request to the last delivery */
	time: number;
	delivered: number;
	twice: number;
	/** how many calls got which answer */
	answers: Record<string, number>;
	runs: number;
	/** deliveries a second, window by window; none while n8n was down */
	rates: Array<number | undefined>;
	/** bytes over idle; none where n8n was killed */
	memory?: number;
}

const boundOf = ({ requests, perSecond }: Flood) =>
	perSecond > 0 ? (requests * 1_000) / perSecond : undefined;

function extremes({ rates }: Measured) {
	const known = rates.filter((rate) => rate !== undefined);
	return { best: Math.max(0, ...known), least: Math.min(Infinity, ...known) };
}

/** @returns the targets that are missed */
export function missed(flood: Flood, found: Measured): string[] {
	const { best, least } = extremes(found);
	const bound = boundOf(flood);
	const memory = process.env.N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE ? MEMORY.set : MEMORY.defaults;
	const isLate =
		flood.perSecond === EASY && flood.loops === 0 && found.time > TIME * (bound ?? Infinity);
	return [
		...(found.delivered < flood.requests ? ['delivered'] : []),
		...(found.twice > 0 ? ['twice'] : []),
		...(isLate ? ['time'] : []),
		...(flood.perSecond > 0 && least < best / 2 ? ['steady'] : []),
		...((found.memory ?? 0) > memory ? ['memory'] : []),
	];
}

export function describeRates({ rates }: Measured): string {
	return `deliveries a second: ${rates.map((rate) => (rate === undefined ? 'down' : show(rate, 1))).join(' ')}`;
}

const head = [
	'callbacks',
	'delivered',
	'twice',
	'seconds',
	'× bound',
	'best, a second',
	'least',
	'runs',
	'peak over idle, MB',
	'answers',
	'missed',
];

function cells(flood: Flood, found: Measured): string[] {
	const { best, least } = extremes(found);
	const bound = boundOf(flood);
	const answers = Object.entries(found.answers).map(([status, calls]) => `${status}: ${calls}`);
	return [
		flood.name,
		`${found.delivered} of ${flood.requests}`,
		String(found.twice),
		show(found.time / 1_000, 1),
		bound ? show(found.time / bound, 3) : '–',
		...[show(best, 1), show(least, 1), String(found.runs)],
		found.memory === undefined ? '–' : show(found.memory / MEGABYTE, 0),
		...[answers.join(', '), missed(flood, found).join(', ') || 'none'],
	];
}

export const floodTable = (rows: Array<{ flood: Flood; found: Measured }>): string =>
	table(
		head,
		rows.map(({ flood, found }) => cells(flood, found)),
		1,
	);
