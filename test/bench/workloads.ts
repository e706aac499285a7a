import { lines, type LineName } from './lines';

/** Who does the work: n8n without node or loop, our node, a loop of n8n's own nodes, fal's client without n8n. */
export type Subject = 'none' | 'node' | 'loop' | 'bare';

/** One size of job, done by each subject in a process of its own. */
export interface Workload {
	name: string;
	items: number;
	/** how many requests fal runs at once for the account */
	slots: number;
	/** what that becomes midway, from so many s after the first request on */
	later?: { after: number; slots: number };
	/** how long fal works at one, in s */
	seconds: number;
	/** of each image in, and of each image out */
	megabytes: number;
	/** what stands between this machine and fal */
	line: LineName;
	/** the same image in every row */
	same?: boolean;
	/** who does it besides our node */
	against: Array<Exclude<Subject, 'node'>>;
	/** part of `--quick` */
	quick?: boolean;
}

const all: Workload['against'] = ['none', 'loop', 'bare'];
/** On a line a loop takes minutes, and loses already here. */
const client: Workload['against'] = ['bare'];

const of = (
	line: LineName,
	items: number,
	slots: number,
	seconds: number,
	megabytes: number,
	more: Partial<Workload> = {},
): Workload => ({
	name: `${items}x${megabytes}MB-${slots}slots-${seconds}s-${line}`,
	items,
	slots,
	seconds,
	megabytes,
	line,
	against: line === 'loopback' ? all : client,
	...more,
});

/**
 * The rows of the targets, and of the other combinations those that show something of their own within
 * minutes: 500 items on 2 slots of 8 s would take half an hour.
 */
export const workloads: Workload[] = [
	of('loopback', 1, 2, 1, 0.2),
	of('loopback', 1, 10, 8, 12),
	of('loopback', 8, 2, 8, 2),
	of('loopback', 8, 10, 8, 2, { quick: true }),
	of('loopback', 60, 20, 4, 0.5),
	of('loopback', 60, 20, 4, 2),
	of('loopback', 60, 40, 8, 2),
	of('loopback', 40, 40, 8, 12),
	of('loopback', 500, 10, 1, 0.2),
	of('loopback', 500, 40, 1, 0.2),
	of('loopback', 500, 40, 4, 2),
	of('loopback', 300, 40, 1, 2, { name: '300-times-the-same', same: true, against: [] }),
	of('loopback', 300, 2, 8, 0.5, { against: [] }),
	of('loopback', 300, 2, 8, 0.5, {
		name: '300x0.5MB-2then10slots-8s-loopback',
		later: { after: 120, slots: 10 },
		against: [],
	}),
	of('80ms', 1, 10, 8, 2),
	of('80ms', 8, 10, 8, 2),
	of('80ms', 60, 20, 4, 0.5, { quick: true }),
	of('80ms', 60, 40, 8, 0.5),
	of('80ms', 60, 20, 4, 2),
	of('80ms', 40, 40, 8, 12),
	of('live', 60, 40, 28, 2),
];

/** The time below which nobody can do it: every slot works without a pause. In ms. */
export function boundOf({ items, slots, later, seconds }: Workload): number {
	const isThere = (slot: number, at: number) =>
		slot < slots ? !later || slot < later.slots || at < later.after : at >= later!.after;
	const all = Math.max(slots, later?.slots ?? 0);
	const free = Array.from({ length: all }, (_, slot) => (slot < slots ? 0 : later!.after));
	let end = 0;
	for (let item = 0; item < items; item += 1) {
		const usable = [...free.entries()].filter(([slot, at]) => isThere(slot, at));
		const [slot, at] = usable.reduce((first, one) => (one[1] < first[1] ? one : first));
		end = Math.max(end, (free[slot] = at + seconds));
	}
	return end * 1_000;
}

export const bytesOf = ({ megabytes }: Workload): number => Math.round(megabytes * 1_000_000);

/** What a result's fetch costs by the line alone, in ms: to connect, to agree on TLS, and to ask. */
export const fetchOver = ({ line }: Workload): number => 3 * lines[line].roundTrip;
