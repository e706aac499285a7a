import { figuresIn, type Figures, type Measured } from './figures';

interface Span {
	from?: number;
	to?: number;
}

/** One figure with few items and with 500. */
export interface Growth {
	span: string;
	figure: string;
	node: Span;
	loop: Span;
}

/** Workloads with images of one size; the slots grow as an account that has so much to do would let them. */
const pairs = [
	['8x2MB-10slots-8s-loopback', '500x2MB-40slots-4s-loopback'],
	['1x0.2MB-2slots-1s-loopback', '500x0.2MB-10slots-1s-loopback'],
] as const;

const shown: Array<[string, (figures: Figures) => number | undefined]> = [
	['time over the bound', ({ ratio }) => ratio],
	['noticed after, median ms', ({ noticed }) => noticed],
	['calls for each request', ({ calls }) => calls],
	['peak memory of n8n, MB', ({ peak }) => peak],
	['… over an idle n8n, MB', ({ overIdle }) => overIdle],
	['… over the same workflow without, MB', ({ overNone }) => overNone],
	['processor time an item, ms', ({ cpu }) => cpu],
];

export function growthsOf(all: Measured[]): Growth[] {
	return pairs.flatMap(([small, large]) => {
		const from = all.find(({ workload }) => workload.name === small);
		const to = all.find(({ workload }) => workload.name === large);
		if (!from || !to) return [];
		return shown.map(([figure, read], at): Growth => {
			const span = (subject: 'node' | 'loop'): Span => {
				const [first, second] = [from, to].map((one) => figuresIn(one, subject));
				return { from: first && read(first), to: second && read(second) };
			};
			const name = at === 0 ? `${small} → ${large}` : '';
			return { span: name, figure, node: span('node'), loop: span('loop') };
		});
	});
}
