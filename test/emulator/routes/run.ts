import type { Answer, Call } from '../http';
import type { World } from '../world';
import { storedResult } from './requests';
import { take } from './submit';

/** `POST https://fal.run/{endpoint}`: no queue, the answer comes when the work is done. */
export async function run(world: World, call: Call): Promise<Answer> {
	const live = take(world, call);
	if ('status' in live) return live;
	await new Promise<void>((resolve) => {
		live.listeners.add(() => {
			if (live.job.state === 'COMPLETED') resolve();
		});
	});
	const answer = await storedResult(live);
	return { ...answer, headers: { ...answer.headers, 'x-fal-request-id': live.job.id } };
}
