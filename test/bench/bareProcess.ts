import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../n8n';
import { Meter, type Reading } from './meter';
import type { World } from './run';
import { bytesOf, type Workload } from './workloads';

interface Done {
	/** ms */
	time: number;
	sizes: number[];
	error?: string;
}

/** Longer than connections of the first run stay open: the second begins like that of a fresh program. */
const QUIET_MS = 6_000;

/**
 * fal's own client in a bare Node script, which does the same work: files of a folder in, files on disk out.
 *
 * @throws Error where an image did not come out whole
 */
export async function measureBare(
	{ fal, home }: World,
	workload: Workload,
): Promise<Reading & { time: number }> {
	const way = await fal.environmentFor(workload.line);
	const child = fork(join(projectRoot, 'test/bench/bare/main.mjs'), {
		execArgv: [],
		env: { ...process.env, ...way, NODE_USE_ENV_PROXY: '1', FAL_KEY: fal.key },
	});
	const out = join(home.images, 'bare');
	const run = async (folder: string): Promise<Done> => {
		child.send({ folder: join(home.images, folder), out });
		const [done] = (await once(child, 'message')) as [Done];
		if (done.error) throw new Error(`bare: ${done.error}`);
		return done;
	};
	try {
		await once(child, 'message');
		await run('warm');
		await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
		await fal.prepare(workload);
		const meter = new Meter([child.pid ?? 0]);
		const { time, sizes } = await run(workload.name).finally(() => meter.stop());
		const whole = sizes.filter((size) => size >= bytesOf(workload) * 0.98);
		if (whole.length !== workload.items)
			throw new Error(`bare: ${whole.length} of ${workload.items} images came out whole`);
		return { ...meter.stop(), time };
	} finally {
		child.disconnect();
		rmSync(out, { recursive: true, force: true });
	}
}
