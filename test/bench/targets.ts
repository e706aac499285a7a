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

	ratio(figure: string, name: string): Target {
		return atMost(`${figure}: time over the bound`, 1.05, ' ×', this.of(name)?.ratio, 3);
	}

	noticed(): Target[] {
		const each = this.all.flatMap(({ runs }) => (runs.node ? [runs.node.noticed] : []));
		const pair = (figure: string, middle?: number, high?: number): Target => ({
			figure: `noticed after COMPLETED, median / 95th, ${figure}`,
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
		const [few, many] = [this.of('8x2MB-10slots-8s'), this.of('500x2MB-40slots-4s')];
		const name = 'peak memory, 500 items over 8 items (2 MB pictures)';
		const big = this.of('40x12MB-40slots-8s')?.overNone;
		return [
			atMost(
				'40 pictures of 12 MB: peak memory over the same run without our node',
				100,
				' MB',
				big,
			),
			atMost(`${name}, all of n8n`, 1.2, ' ×', few && many && many.peak / few.peak, 2),
		];
	}

	uploads(): Target {
		const found = this.of('300-times-the-same')?.uploads;
		return atMost('the same picture on 300 rows: uploads', 1, '', found);
	}

	rival(): Target {
		const faster = this.all.flatMap(({ runs: { node, loop } }) =>
			node && loop ? [loop.time / node.time] : [],
		);
		const least = faster.length > 0 ? Math.min(...faster) : undefined;
		return {
			figure: 'against the HTTP Request + Wait loop',
			target: 'faster in every workload',
			found: `${show(least, 2)} × as fast or more`,
			met: least === undefined ? undefined : least > 1,
		};
	}
}

/** The targets of the project, with what was found beside them. */
export function targetsOf(all: Measured[], { unpacked, load }: PackageFigures): Target[] {
	const found = new Found(all);
	return [
		found.ratio('8 items, enough slots, 8 s jobs', '8x2MB-10slots-8s'),
		found.ratio('60 items on 20 slots, 4 s jobs', '60x2MB-20slots-4s'),
		found.ratio('500 items on 40 slots, 4 s jobs', '500x2MB-40slots-4s'),
		...found.noticed(),
		found.calls(),
		...found.memory(),
		found.uploads(),
		atMost('package, unpacked', 300, ' kB', unpacked / 1_000),
		atMost('requiring the node', 50, ' ms', load, 1),
		found.rival(),
	];
}
