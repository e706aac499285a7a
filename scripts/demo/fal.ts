import { startEmulator } from '../../test/emulator';
import { emulatorPort } from './options';

export interface Fal {
	isReal: boolean;
	description: string;
	credential: { apiKey: string; proxyUrl: string };
	close(): Promise<void>;
}

// Long enough to see the form wait, as it does with the real one.
const emulatorLatencyMs = 1500;

async function emulatedFal(): Promise<Fal> {
	const emulator = await startEmulator({
		port: emulatorPort,
		latency: emulatorLatencyMs,
		// As without a proxy, so that the price is seen.
		proxyAllows: ['api.fal.ai/'],
	});
	return {
		isReal: false,
		description:
			`an EMULATOR on this machine (${emulator.url}). It costs nothing; its images show what arrived.\n` +
			'  For real edits: FAL_KEY=<your key> npm start',
		credential: { apiKey: emulator.key, proxyUrl: emulator.proxyUrl },
		close: async () => await emulator.close(),
	};
}

function realFal(apiKey: string): Fal {
	return {
		isReal: true,
		description: 'the REAL fal.ai, with the key in FAL_KEY. Every image is billed to its account.',
		credential: { apiKey, proxyUrl: '' },
		close: async () => {},
	};
}

export async function chooseFal(): Promise<Fal> {
	const key = process.env.FAL_KEY?.trim();
	return key ? realFal(key) : await emulatedFal();
}
