import {
	startEmulator,
	type Emulator,
	type EmulatorOptions,
	type Stage,
} from '../../test/emulator';
import { ball } from './files';
import { REDIRECT } from './checks/images';
import { PATIENCE, type Patience } from './live';
import { promptOf } from './orders';

/** fal's waits are minutes; the emulator's need not be. */
export const HURRIED: Patience = {
	...PATIENCE,
	// What comes at once comes late on a busy machine.
	firstWord: 30_000,
	expiration: 1_000,
	callback: 60_000,
	pause: 20,
};

const sleep = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

/** fal on this machine, with what the checks need of the internet, and each edit as long as it is looked at. */
export async function emulatorForChecks(options: EmulatorOptions = {}): Promise<Emulator> {
	const images = [await ball('png'), await ball('jpeg')];
	const emulator = await startEmulator({
		latency: 20,
		proxyAllows: ['api.fal.ai/'],
		publicFiles: { [REDIRECT]: await ball('jpeg') },
		image: ({ index }) => images[index] ?? images[0]!,
		...options,
	});
	/** An edit goes on until the next call of a stage. */
	const untilNext = (wanted: Stage) => async () => {
		const calls = () => emulator.records.filter(({ stage }) => stage === wanted).length;
		for (const before = calls(); calls() === before; ) await sleep(5);
	};
	const { faults } = emulator;
	const rule = (name: Parameters<typeof promptOf>[0], kind: string, more = {}) =>
		faults.add({ stage: 'queue', kind, match: { prompt: promptOf(name) }, ...more });
	rule('queued', 'stuck-queue');
	rule('late', 'stuck-queue');
	rule('edit', 'latency', { ms: 0, until: untilNext('history') });
	rule('node stop', 'latency', { ms: 50, until: untilNext('cancel') });
	rule('node kill', 'latency', { ms: 0, until: untilNext('history') });
	rule('running', 'latency', { ms: 50, until: untilNext('cancel') });
	return emulator;
}
