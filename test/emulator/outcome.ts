import type { Failure } from './errors';
import type { Job } from './types';

export interface ImageFile {
	url: string;
	content_type: string;
	file_name: string;
	/** fal leaves these null, whatever its schema promises. */
	file_size: null;
	width: null;
	height: null;
}

export interface Output {
	images: ImageFile[];
	description: string;
}

/** How a request ends. The output may still be drawn when the request already counts as done. */
export type Outcome =
	| { failure: Failure }
	| { output: Promise<Output>; count: number; units: number };

/** A job with what only the emulator's own code needs. */
export interface LiveJob {
	job: Job;
	lifecycle?: string;
	prompt: string;
	/** The queue's own waiting time is over. */
	ready: boolean;
	abandoned: boolean;
	outcome?: Outcome;
	/** Ends the start timeout. */
	stopTimeout?: () => void;
	logs: Log[];
	listeners: Set<() => void>;
}

export interface Log {
	message: string;
	level: 'INFO' | 'STDOUT';
	source: 'USER';
	timestamp: string;
}

export function addLog(live: LiveJob, message: string): void {
	live.logs.push({ message, level: 'INFO', source: 'USER', timestamp: new Date().toISOString() });
}
