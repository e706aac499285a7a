export const stages = [
	'submit',
	'status',
	'stream',
	'result',
	'cancel',
	'initiate',
	'upload',
	'part',
	'complete',
	'download',
	'pricing',
	'history',
	'jwks',
	'other',
] as const;

/** What an HTTP call is for, in fal's words. */
export type Stage = (typeof stages)[number];

export type Headers = Record<string, string>;

export type JobState = 'IN_QUEUE' | 'IN_PROGRESS' | 'COMPLETED';

export interface Job {
	id: string;
	endpoint: string;
	key: string;
	/** The submitted JSON as it came. */
	input: unknown;
	/** Hash of the body: equal content, equal key. Two billed jobs with one key are a double payment. */
	contentKey: string;
	/** Keys that the schema does not have. fal lets them pass. */
	unknownKeys: string[];
	headers: Headers;
	priority: string;
	state: JobState;
	submittedAt: number;
	startedAt?: number;
	completedAt?: number;
	cancelRequestedAt?: number;
	resultFetchedAt: number[];
	webhookUrl?: string;
	webhookDeliveries: WebhookDelivery[];
	/** When the webhook was taken or given up. */
	webhookEndedAt?: number;
	/** HTTP status that the result route will answer. */
	resultStatus?: number;
	billed: boolean;
	/** How many images were made, and so paid. */
	images: number;
	/** What `x-fal-billable-units` says. */
	units: number;
}

export interface WebhookDelivery {
	time: number;
	statusCode?: number;
	error?: string;
}

export interface CallRecord {
	time: number;
	stage: Stage;
	method: string;
	/** The URL as fal would see it, also when the call came through the proxy. */
	url: string;
	requestId?: string;
	/** As they arrived, before the proxy dropped any. */
	headers: Headers;
	/** Absent while the call runs, and when the connection was dropped unanswered. */
	statusCode?: number;
	bodyBytes: number;
	viaProxy: boolean;
	fault?: string;
}

/** A key seen where no key belongs. */
export interface Leak {
	time: number;
	stage: Stage;
	method: string;
	url: string;
	reason: string;
}

export interface Upload {
	id: string;
	key: string;
	contentType: string;
	fileName: string;
	fileUrl: string;
	lifecycle?: string;
	multipart: boolean;
	size: number;
	sha256?: string;
	initiatedAt: number;
	uploadedAt?: number;
	bytes?: Buffer;
}
