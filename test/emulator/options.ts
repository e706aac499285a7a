import type { TlsOptions } from 'node:tls';

import type { DifferenceName } from './differences';

export interface Settings {
	/** Accepted API keys, `id:secret`. */
	keys: string[];
	/** Key to lock reason: 403 `User is locked. Reason: …` on submit. */
	lockedKeys: Record<string, string>;
	/** Work per request in ms. The real endpoint takes 20 to 60 s. */
	latency: number;
	/** Least time in the queue in ms. */
	queueDelay: number;
	/** How many requests of one key run at once: 2 for a new account. */
	slots: number;
	/** The same from so many ms after the first request on: fal raises and lowers it by what an account has paid. */
	slotsLater?: { after: number; slots: number } | null;
	/** Requests of other callers that stand before ours, for `queue_position` and `fal_max_queue_length`. */
	othersInQueue: number;
	/** What a cancel does to a running request: fal documents a signal only, so both happen. */
	cancelRunning: 'cancel' | 'finish';
	/** Where a schema error shows. fal's queue takes any body, and the model behind it refuses: its webhooks report missing fields. */
	validateAt: 'result' | 'submit';
	/** How long a result can be fetched, in ms. */
	resultRetention: number;
	/** The same for a result whose JSON has 10 KB or more. */
	bigResultRetention: number;
	/** How long an upload URL takes a PUT, in ms. */
	uploadLifetime: number;
	/** How long a made image can be downloaded when the request set no lifecycle, in ms. */
	mediaLifetime: number;
	/** Most bytes of one input image. */
	maxInputBytes: number;
	/**
	 * How long after a request it stands in the history, in ms; a prompt can have its own, `[listed: 5000]` or
	 * `[listed: never]`. Of a list, each request takes the next.
	 */
	historyDelay: number | number[];
	/** By how much the order of the history may be off, in ms; and the grain of its times, by which some are equal. */
	historyDisorder: number;
	historyGrain: number;
	/** Whether the history has requests that are not finished: fal does not say. */
	historyLists: 'finished' | 'all';
	/** How long fal keeps what went into a request and came out of it, in ms. */
	payloadRetention: number;
	/** Prefixes (host and path) the proxy lets through beside those of `@fal-ai/server-proxy`. */
	proxyAllows: string[];
	/** In what it differs from fal as we take it to be. */
	differences: DifferenceName[];
	/** Whether every input is read to its last pixel, as fal does; off where its processor time would spoil a measurement. */
	decodesInputs: boolean;
	/** The key a proxy adds to calls that carry none. */
	proxyKey?: string;
	/** Files of the public internet, which this machine cannot reach. */
	publicFiles: Record<string, Buffer>;
	/** `edit` draws, `tiny` answers one small cached image, a function brings its own. */
	image: 'edit' | 'tiny' | ImageProvider;
	/** Pads every made image to this size, still valid. */
	outputBytes?: number;
	/** Waits before each repeated webhook delivery, in ms. fal: minutes, up to 31 times. */
	webhookBackoff: number[];
}

export type ImageProvider = (edit: { prompt: string; index: number; format: string }) => Buffer;

export interface EmulatorOptions extends Partial<Settings> {
	/** 0 takes a free port. */
	port?: number;
	host?: string;
	/** The address to put into URLs, when it is not the one listened on. */
	publicUrl?: string;
	/** Speaks TLS, with this certificate for each host name. */
	certificates?: NonNullable<TlsOptions['SNICallback']>;
}

/** Where fal keeps files, by name. */
export const MEDIA_HOST = 'v3b.fal.media';

const minute = 60_000;

export const defaultSettings: Settings = {
	keys: ['emulator-key:emulator-secret'],
	lockedKeys: {},
	latency: 200,
	queueDelay: 0,
	slots: 40,
	othersInQueue: 0,
	cancelRunning: 'cancel',
	validateAt: 'result',
	resultRetention: 60 * minute,
	bigResultRetention: 6 * minute,
	uploadLifetime: 60 * minute,
	mediaLifetime: 7 * 24 * 60 * minute,
	maxInputBytes: 50 * 1024 * 1024,
	decodesInputs: true,
	historyDelay: 0,
	historyDisorder: 0,
	historyGrain: 1,
	historyLists: 'finished',
	payloadRetention: 30 * 24 * 60 * minute,
	proxyAllows: ['rest.fal.ai/.well-known/jwks.json'],
	differences: [],
	publicFiles: {},
	image: 'edit',
	webhookBackoff: [50, 100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600],
};
