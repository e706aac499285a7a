import { stages, type Stage } from '../types';
import { answerFaults } from './answers';
import { isModelFault } from './modelErrors';

/** Where a fault is asked for: an HTTP call, or the work behind it. */
export type FaultStage = Stage | 'model' | 'queue' | 'webhook';

export interface FaultRule {
	stage: FaultStage;
	kind: string;
	/** How often it strikes; without it, always. */
	times?: number;
	match?: FaultMatch;
	/** For slow, hang, huge, late-result, latency. */
	ms?: number;
	/** For slow and latency, by a test in the same process: what is waited for first, then `ms`. */
	until?: () => Promise<unknown>;
	/** For kind `status`. */
	status?: number;
	/** For kind `status`: a string is sent as text, anything else as JSON. */
	body?: unknown;
	headers?: Record<string, string>;
	/** Whether fal carries the call out before the fault; each kind has its own default. */
	taken?: boolean;
}

export interface FaultMatch {
	/** Part of the prompt. */
	prompt?: string;
	fileName?: string;
	requestId?: string;
	/** Part of the URL. */
	url?: string;
	/** Strikes only from the n-th matching call on, counted from 1. */
	nth?: number;
}

export type Category =
	| 'connection'
	| 'during'
	| 'answer'
	| 'late'
	| 'download'
	| 'model'
	| 'queue'
	| 'webhook'
	| 'image';

const connection = [
	'drop-before',
	'drop-after',
	'half-answer',
	'stall',
	'broken-json',
	'html',
	'empty',
	'hang',
	'slow',
	'status',
	'vanish',
];
const download = [
	'cut-short',
	'cut-short-silent',
	'expired',
	'gone',
	'no-content-type',
	'wrong-content-type',
	'html',
	'redirect',
	'redirect-loop',
	'huge',
	'gzip',
];
const webhook = ['payload-null', 'bad-signature', 'stale', 'twice', 'never'];

export function categoryOf(stage: FaultStage, kind: string): Category | undefined {
	if (stage === 'model') return isModelFault(kind) ? 'model' : undefined;
	if (stage === 'queue') return kind === 'stuck-queue' || kind === 'latency' ? 'queue' : undefined;
	if (stage === 'webhook') return webhook.includes(kind) ? 'webhook' : undefined;
	if (kind === 'drop-during') return 'during';
	if (kind === 'lying-type') return 'image';
	if (kind === 'late-result') return 'late';
	if (stage === 'download' && download.includes(kind)) return 'download';
	if (kind in answerFaults) return 'answer';
	if (connection.includes(kind) || /^\d{3}(-\w+)*$/.test(kind)) return 'connection';
	return undefined;
}

/** Some faults are the job's whatever call they were asked on. */
function atHome(rule: FaultRule): FaultRule {
	if (rule.kind === 'stuck-queue') return { ...rule, stage: 'queue' };
	if (['status', 'stream', 'result'].includes(rule.stage) && isModelFault(rule.kind)) {
		return { ...rule, stage: 'model' };
	}
	return rule;
}

/** A misspelt fault must not pass for none: the test that asked for it would prove nothing. */
export function checkedRule(rule: FaultRule): FaultRule {
	const placed = atHome(rule);
	const known = [...stages, 'model', 'queue', 'webhook'].includes(placed.stage);
	if (!known || !categoryOf(placed.stage, placed.kind)) {
		throw new Error(`The emulator has no fault "${rule.stage}=${rule.kind}"`);
	}
	return placed;
}

const tag = /\[fault:\s*([a-z]+)=([\w-]+)([^\]]*)\]/g;
const latency = /\[latency:\s*(\d+)\s*\]/g;

/** Rules written into a prompt or a file name: `[fault: status=500 x3]`, `[latency: 8000]`. */
export function rulesIn(text: string): FaultRule[] {
	const faults = [...text.matchAll(tag)].map(([, stage = '', kind = '', more = '']) =>
		checkedRule({ stage: stage as FaultStage, kind, ...modifiers(more) }),
	);
	const waits = [...text.matchAll(latency)].map(
		(found): FaultRule => ({ stage: 'queue', kind: 'latency', ms: Number(found[1]) }),
	);
	return [...faults, ...waits];
}

/** `x3` times, `500ms`, `@2` from the second call on, `taken`, `untaken`. */
function modifiers(text: string): Partial<FaultRule> {
	const times = /\bx(\d+)\b/.exec(text);
	const ms = /\b(\d+)ms\b/.exec(text);
	const nth = /@(\d+)/.exec(text);
	const taken = /\b(un)?taken\b/.exec(text);
	return {
		...(times && { times: Number(times[1]) }),
		...(ms && { ms: Number(ms[1]) }),
		...(nth && { match: { nth: Number(nth[1]) } }),
		...(taken && { taken: !taken[1] }),
	};
}
