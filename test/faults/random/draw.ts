import { createHash } from 'node:crypto';

/** Numbers from 0 to 1, always the same ones for the same seed (mulberry32). */
export function numbersFrom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

const CONNECTION = ['drop-before', 'drop-after', 'half-answer', 'broken-json', 'html', 'empty'];
const STATUSES = ['400', '401', '403', '404', '408', '422-list', '429', '429-retry', '500'];
const GATEWAY = ['502-html', '503', '504'];
const API = [...CONNECTION, ...STATUSES, ...GATEWAY, 'null-body', 'wrong-shape', 'slow'];

/** What can happen at each stage. A hang takes its whole deadline, so it stands where that is bearable. */
export const FAULTS: Record<string, string[]> = {
	initiate: [...API, 'drop-during'],
	upload: ['drop-before', 'drop-during', 'drop-after', ...STATUSES, ...GATEWAY, 'slow'],
	submit: [
		...API,
		'drop-during',
		'hang',
		'stall',
		'no-request-id',
		'408 taken',
		'500 taken',
		'504 taken',
	],
	stream: [...CONNECTION, ...STATUSES, ...GATEWAY, 'hang', 'stall'],
	status: [...API, 'vanish', 'unknown-state', 'hang', 'stall'],
	result: [...API, 'vanish', 'late-result', 'empty-images', 'no-images', 'no-url', 'odd-scheme'],
	download: [
		...['drop-before', 'drop-after', 'half-answer', 'cut-short', 'cut-short-silent', 'expired'],
		...['gone', 'html', 'empty', 'no-content-type', 'redirect', 'redirect-loop', 'slow'],
		...['403', '429', '500', '503'],
	],
	cancel: [...CONNECTION, '401', '429', '500', '503', 'vanish'],
	queue: ['stuck-queue'],
	model: [
		...['refusal-422', '422-policy', 'no_media_generated', 'completed-error', 'request_timeout'],
		...['internal_server_error', 'runner_scheduling_failure', 'runner_incomplete_response'],
		...['generation_timeout', 'user_timeout', 'downstream_service_error', 'client_cancelled'],
	],
};

/** How often a fault strikes; nothing: always. */
const TIMES = [' x1', ' x1', ' x2', ' x3', ' x6', ''];

/** What goes wrong with one item. */
export interface Drawn {
	/** in the emulator's words, without the brackets */
	faults: string[];
	/** ms of work */
	latency: number;
	/** ms after which it stands in fal's history */
	listed: Listed;
}

export type Listed = number | 'never';

/** fal does not say how late its history is. */
export const LISTED: Listed[] = [0, 1_000, 5_000, 20_000, 'never'];

function drawOne(next: () => number): Drawn {
	const pick = <T>(list: T[]): T => list[Math.floor(next() * list.length)]!;
	const count = pick([0, 1, 1, 1, 2, 2, 3]);
	const faults = Array.from({ length: count }, () => {
		const stage = pick(Object.keys(FAULTS));
		return `${stage}=${pick(FAULTS[stage]!)}${pick(TIMES)}`;
	});
	// Without a stream the status is polled, so that its faults strike.
	const polled = faults.some((fault) => fault.startsWith('status='));
	return {
		faults: polled ? ['stream=404', ...faults] : faults,
		latency: Math.floor(next() * 3_000),
		listed: pick(LISTED),
	};
}

/** n8n looks at the first item to see whether the node failed, so that one fails once. */
const FIRST: Drawn = { faults: ['download=expired x1'], latency: 0, listed: 0 };

export function draw(seed: number, count: number): Drawn[] {
	const next = numbersFrom(seed);
	return Array.from({ length: count }, (_, item) => (item === 0 ? FIRST : drawOne(next)));
}

/** Two runs of one seed show the same one. */
export const fingerprint = (drawn: Drawn[]): string =>
	createHash('sha256').update(JSON.stringify(drawn)).digest('hex').slice(0, 12);
