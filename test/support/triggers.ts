import { CallbackServer, type TriggerOptions } from './callbackServer';
import type { EditBench } from './edit';
import { useProcessedData } from './processedData';

/** What fal is answered. */
export const says = (status: number, message: RegExp) => ({
	status,
	message: expect.stringMatching(message) as string,
});

/** Triggers for a file of tests, each stopped when its test has ended. */
export function useTriggers(bench: EditBench) {
	const open: CallbackServer[] = [];
	let made = 0;
	beforeAll(useProcessedData);
	afterEach(async () => await Promise.all(open.splice(0).map(async (one) => await one.stop())));
	return {
		/** One of a process that knows nothing yet of requests and keys. */
		newTrigger: async (options: TriggerOptions = {}): Promise<CallbackServer> => {
			const id = `trigger ${++made}`;
			const proxyUrl = `${bench.fal.proxyUrl}/${made}`;
			const trigger = await new CallbackServer(bench, { id, proxyUrl, ...options }).start();
			open.push(trigger);
			return trigger;
		},
		finishedRequest: async (): Promise<string> => {
			await bench.run('submit');
			await bench.settled();
			return bench.fal.jobs.at(-1)?.id ?? '';
		},
	};
}
