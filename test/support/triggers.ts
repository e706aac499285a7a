import { CallbackServer, type TriggerOptions } from './callbackServer';
import { KEY, PUBLIC_URL, until, type EditBench } from './edit';
import { packCallbackData } from '../../nodes/shared/fal/webhooks/callbackData';
import { CALLBACK, CALLBACK_RUNS } from '../../nodes/shared/limits';
import { hold } from './hold';
import { makeImage } from './images';
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

/** One trigger for each test of a file, and what comes in together. */
export function useTogether(bench: EditBench) {
	let made = 0;
	let trigger: CallbackServer;
	beforeAll(async () => {
		await useProcessedData();
		bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
	});
	afterEach(async () => await trigger.stop());
	return {
		start: async (options: TriggerOptions = {}): Promise<CallbackServer> => {
			// What is sent together waits for each other, on a busy machine too.
			jest.replaceProperty(CALLBACK_RUNS, 'checks', 60_000);
			jest.replaceProperty(CALLBACK, 'held', 300_000);
			jest.replaceProperty(CALLBACK, 'answer', 300_000);
			trigger = new CallbackServer(bench, { id: `together ${++made}`, ...options });
			return await trigger.start();
		},
		/** Requests that fal has finished, one for each prompt. */
		finished: async (...prompts: string[]): Promise<string[]> => {
			await bench.submitAll(prompts);
			return bench.fal.jobs.slice(-prompts.length).map(({ id }) => id);
		},
		withData: (row: number) => `?callback_data=${packCallbackData({ row }, trigger.url, KEY)}`,
		/** Sends callbacks that come in while fal is asked about the first: all of them wait for one run. */
		sendTogether: async (ids: string[], query: (row: number) => string = () => '') => {
			const looks = hold();
			bench.take({ stage: 'status', kind: 'slow', until: looks.until });
			const before = bench.calls('status').length;
			const sent = ids.map(async (id, row) => await trigger.send(id, { query: query(row) }));
			await until(() => bench.calls('status').length === before + ids.length);
			looks.release();
			return sent;
		},
		/** What has come out of an output, in all runs. */
		cameOut: (output: 0 | 1) =>
			trigger.results.flatMap(({ outputs }) => outputs[output] ?? []).map(({ json }) => json),
	};
}

export const rows = (count: number) => Array.from({ length: count }, (_, row) => `Row ${row}`);
