import { figuresIn, type Figures, type Measured } from './figures';
import type { Growth } from './growth';
import type { Share } from './profile';
import type { Target } from './targets';
import { boundOf, type Subject } from './workloads';

/** Columns as wide as their widest cell; the first two to the left, numbers to the right. */
export function table(head: string[], rows: string[][], left = 2): string {
	const widths = head.map((title, at) =>
		Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)),
	);
	const line = (row: string[]) =>
		row
			.map((cell, at) =>
				at < left ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
			)
			.join('  ')
			.trimEnd();
	const rule = widths.map((width) => '-'.repeat(width));
	return [head, rule, ...rows].map(line).join('\n');
}

export function show(value: number | undefined, digits = 0): string {
	return value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits);
}

const names: Record<Exclude<Subject, 'none'>, string> = {
	node: 'our node',
	loop: 'HTTP loop',
	bare: "fal's client",
};

const runHead = [
	'workload',
	'who',
	'seconds',
	'× bound',
	'noticed ms',
	'95th',
	'calls/req.',
	'peak MB',
	'over idle',
	'over none',
	'CPU ms/item',
	'uploads',
	'MB up',
];

function runRow(figures: Figures): string[] {
	const { time, ratio, noticed, noticed95, calls, peak, overIdle, overNone, cpu } = figures;
	return [
		show(time / 1_000, 2),
		show(ratio, 3),
		show(noticed),
		show(noticed95),
		show(calls, 2),
		show(peak),
		show(overIdle),
		show(overNone),
		show(cpu, 1),
		show(figures.uploads),
		show(figures.uploaded, 1),
	];
}

/** A row for each run, under the bound of its workload. */
export function runTable(all: Measured[]): string {
	const rows = all.flatMap((measured) => {
		const { name } = measured.workload;
		const bound = [name, 'bound', show(boundOf(measured.workload) / 1_000, 2), '1.000'];
		const runs = (['node', 'loop', 'bare'] as const).flatMap((subject) => {
			const figures = figuresIn(measured, subject);
			return figures ? [['', names[subject], ...runRow(figures)]] : [];
		});
		return [bound, ...runs];
	});
	return table(runHead, rows);
}

export function growthTable(growths: Growth[]): string {
	const head = ['from → to', 'figure', 'our node', 'HTTP loop'];
	const grown = ({ from, to }: { from?: number; to?: number }) => {
		const factor = from && to && from > 0 ? `${show(to / from, 2)}×` : '–';
		return `${show(from, 2)} → ${show(to, 2)}  ${factor}`;
	};
	const rows = growths.map(({ span, figure, node, loop }) => [
		span,
		figure,
		grown(node),
		grown(loop),
	]);
	return table(head, rows);
}

export function targetTable(targets: Target[]): string {
	const rows = targets.map(({ figure, target, found, met }) => {
		const verdict = met === undefined ? 'not measured' : met ? 'met' : 'NOT MET';
		return [figure, target, found, verdict];
	});
	return table(['figure', 'target', 'found', ''], rows, 4);
}

/** Who had n8n's main thread; what had less than a hundredth of it is one row. */
export function shareTable(shares: Share[], items: number): string {
	const all = shares.reduce((sum, { ms }) => sum + ms, 0);
	const large = shares.filter(({ ms }) => ms >= all / 100);
	const rest = all - large.reduce((sum, { ms }) => sum + ms, 0);
	const rows = [...large, { owner: 'all others', ms: rest }].map(({ owner, ms }) => [
		owner,
		show(ms),
		show(ms / items, 1),
		`${show((100 * ms) / all, 1)} %`,
	]);
	return table(['who', 'ms', 'ms/item', 'share'], rows, 1);
}
