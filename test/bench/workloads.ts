export type Subject = 'none' | 'node' | 'loop';

/** One size of job, done by each subject in an n8n of its own. */
export interface Workload {
	name: string;
	items: number;
	/** how many requests fal runs at once for the account */
	slots: number;
	/** how long fal works at one, in s */
	seconds: number;
	/** of each picture in, and of each picture out */
	megabytes: number;
	/** the same picture in every row */
	same?: boolean;
	/** who does it besides our node */
	against: Array<Exclude<Subject, 'node'>>;
	/** part of `--quick` */
	quick?: boolean;
}

const both: Workload['against'] = ['none', 'loop'];

const of = (
	items: number,
	slots: number,
	seconds: number,
	megabytes: number,
	more: Partial<Workload> = {},
): Workload => ({
	name: `${items}x${megabytes}MB-${slots}slots-${seconds}s`,
	items,
	slots,
	seconds,
	megabytes,
	against: both,
	...more,
});

/**
 * The rows of the targets, and of the other combinations those that show something of their own within
 * minutes: 500 items on 2 slots of 8 s would take half an hour.
 */
export const workloads: Workload[] = [
	of(1, 2, 1, 0.2),
	of(1, 10, 8, 12),
	of(8, 2, 1, 0.2),
	of(8, 2, 8, 2),
	of(8, 10, 8, 2, { quick: true }),
	of(60, 10, 1, 0.2),
	of(60, 20, 4, 2, { quick: true }),
	of(60, 40, 8, 2),
	of(40, 40, 8, 12),
	of(500, 10, 1, 0.2),
	of(500, 40, 1, 0.2),
	of(500, 40, 4, 2),
	of(300, 40, 1, 2, { name: '300-times-the-same', same: true, against: [] }),
];

/** The time below which nobody can do it: every slot works without a pause. In ms. */
export const boundOf = ({ items, slots, seconds }: Workload): number =>
	Math.ceil(items / slots) * seconds * 1_000;

export const bytesOf = ({ megabytes }: Workload): number => Math.round(megabytes * 1_000_000);
