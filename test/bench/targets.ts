import { figuresIn, type Figures, type Measured } from './figures';
import type { PackageFigures } from './package';
import { median, quantile } from './statistics';
import { show } from './table';

export interface Target {
	figure: string;
	target: string;
	found: string;
	/** undefined where it was not measured */
	met?: boolean;
}

const most = (values: number[]) => (values.length > 0 ? Math.max(...values) : undefined);

function atMost(figure: string, limit: number, unit: string, found?: number, digits = 0): Target {
	const met = found === undefined ? undefined : found <= limit;
	return { figure, target: `≤ ${limit}${unit}`, found: `${show(found, digits)}${unit}`, met };
}

/** The figures of our node, by workload. */
class Found {
	constructor(private readonly all: Measured[]) {}

	of(name: string): Figures | undefined {
		const measured = this.all.find(({ workload }) => workload.name === name);
		return measured && figuresIn(measured, 'node');
	}

	ratio(figure: string, name: string, limit = 1.05): Target {
		return atMost(`${figure}: time over the bound`, limit, ' ×', this.of(name)?.ratio, 3);
	}

	crowd(figure: string, name: string): Target {
		const found = this.of(name)?.crowd;
		return atMost(`${figure}: requests that wait at fal, over its slots`, 2, ' ×', found, 2);
	}

	noticed(): Target[] {
		const each = this.all.flatMap(({ runs }) => (runs.node ? [runs.node.noticed] : []));
		const pair = (figure: string, middle?: number, high?: number): Target => ({
			figure: `noticed after COMPLETED, less the line's part, median / 95th, ${figure}`,
			target: '≤ 50 ms / ≤ 200 ms',
			found: `${show(middle)} ms / ${show(high)} ms`,
			met: middle === undefined ? undefined : middle <= 50 && (high ?? 0) <= 200,
		});
		const together = each.flat();
		const any = together.length > 0;
		return [
			pair(
				'all requests',
				any ? median(together) : undefined,
				any ? quantile(together, 0.95) : undefined,
			),
			pair('worst workload', most(each.map(median)), most(each.map((one) => quantile(one, 0.95)))),
		];
	}

	calls(): Target {
		const long = this.all.filter(({ workload }) => workload.seconds === 8);
		const calls = long.flatMap((measured) => figuresIn(measured, 'node')?.calls ?? []);
		return atMost('status calls or streams for each request of 8 s', 4, '', most(calls), 2);
	}

	memory(): Target[] {
		const [few, many] = [
			this.of('8x2MB-10slots-8s-loopback'),
			this.of('500x2MB-40slots-4s-loopback'),
		];
		const name = 'peak memory, 500 items over 8 items (2 MB images)';
		const big = this.of('40x12MB-40slots-8s-loopback')?.overNone;
		return [
			atMost('40 images of 12 MB: peak memory over the same run without our node', 100, ' MB', big),
			atMost(`${name}, all of n8n`, 1.2, ' ×', few && many && many.peak / few.peak, 2),
		];
	}

	uploads(): Target {
		const found = this.of('300-times-the-same')?.uploads;
		return atMost('the same image on 300 rows: uploads', 1, '', found);
	}

	private against(subject: 'loop' | 'bare'): number | undefined {
		const each = this.all.flatMap(({ runs: { node, [subject]: rival } }) =>
			node && rival ? [node.time / rival.time] : [],
		);
		return most(each);
	}

	rivals(): Target[] {
		const figure = 'the worst workload, our time over that of';
		return [
			atMost(`${figure} the HTTP Request + Wait loop`, 1, ' ×', this.against('loop'), 3),
			atMost(`${figure} fal's client in a bare script`, 1, ' ×', this.against('bare'), 3),
		];
	}
}

const NEW_ACCOUNTS = [
	['a new account, 300 items', '300x0.5MB-2slots-8s-loopback'],
	['one whose limit rises midway', '300x0.5MB-2then10slots-8s-loopback'],
] as const;

/** The targets of the project, with what was found beside them. */
export function targetsOf(all: Measured[], { unpacked, load }: PackageFigures): Target[] {
	const found = new Found(all);
	return [
		found.ratio('8 items, enough slots, 8 s jobs', '8x2MB-10slots-8s-loopback'),
		found.ratio('60 items on 20 slots, 4 s jobs', '60x2MB-20slots-4s-loopback'),
		found.ratio('500 items on 40 slots, 4 s jobs', '500x2MB-40slots-4s-loopback'),
		found.ratio('80 ms line, 60 × 0.5 MB on 20 slots', '60x0.5MB-20slots-4s-80ms', 1.12),
		found.ratio('80 ms line, 60 × 0.5 MB on 40 slots', '60x0.5MB-40slots-8s-80ms', 1.12),
		found.ratio("live fal's delays, 60 × 2 MB on 40 slots", '60x2MB-40slots-28s-live', 1.06),
		...NEW_ACCOUNTS.flatMap(([figure, name]) => [
			found.ratio(figure, name),
			found.crowd(figure, name),
		]),
		...found.noticed(),
		found.calls(),
		...found.memory(),
		found.uploads(),
		atMost('package, unpacked', 400, ' kB', unpacked / 1_000),
		atMost('requiring the node', 50, ' ms', load, 1),
		...found.rivals(),
	];
}
