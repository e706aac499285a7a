import { sha256 } from '../../e2e/support/images';
import { outputOf, type ExecutionResult } from '../../n8n';
import type { QueueBench } from './queueBench';
import { promptOf } from './rows';

/** How many of an execution's images are, in their places, what fal made of their rows. */
export async function wholeImages(bench: QueueBench, execution: ExecutionResult): Promise<number> {
	const checks = outputOf(execution, 'Edit').map(async (item, row) => {
		const job = bench.fal.jobs.find(({ id }) => id === item.json.request_id);
		const { prompt } = job?.input as { prompt: string };
		const [here, atFal] = [await bench.fileOf(item), await bench.atFal(item.json.url)];
		return prompt === promptOf(Number(item.json.run), row) && sha256(here) === sha256(atFal);
	});
	return (await Promise.all(checks)).filter(Boolean).length;
}

export const sum = (numbers: number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Orders that fal has taken, and how many of them it has taken before. */
export function ordersAt({ fal }: QueueBench): { orders: number; repeated: number } {
	const different = new Set(fal.jobs.map(({ contentKey }) => contentKey)).size;
	return { orders: fal.jobs.length, repeated: fal.jobs.length - different };
}
