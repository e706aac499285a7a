import type { FaultRule } from './faults';
import type { Settings } from './options';
import type { CallRecord, Job, Leak, Upload } from './types';

export interface EmulatorState {
	jobs: Job[];
	records: CallRecord[];
	leaks: Leak[];
	uploads: Array<Omit<Upload, 'bytes'>>;
}

/** An emulator in another process. The names are those of `Emulator`; each call goes over HTTP. */
export class EmulatorClient {
	readonly faults = {
		add: async (rule: FaultRule) => await this.call('POST', 'faults', rule),
		clear: async () => await this.call('DELETE', 'faults'),
	};

	constructor(readonly url: string) {}

	get proxyUrl(): string {
		return `${this.url}/proxy`;
	}

	async state(): Promise<EmulatorState> {
		const response = await fetch(`${this.url}/_emulator/state`);
		return (await response.json()) as EmulatorState;
	}

	async jobs(): Promise<Job[]> {
		return (await this.state()).jobs;
	}

	async records(): Promise<CallRecord[]> {
		return (await this.state()).records;
	}

	async leaks(): Promise<Leak[]> {
		return (await this.state()).leaks;
	}

	async uploads(): Promise<EmulatorState['uploads']> {
		return (await this.state()).uploads;
	}

	/** Only what JSON can carry: no files and no functions. */
	async setOptions(options: Partial<Omit<Settings, 'publicFiles'>>): Promise<void> {
		await this.call('POST', 'options', options);
	}

	async reset(): Promise<void> {
		await this.call('POST', 'reset');
	}

	private async call(method: string, action: string, body?: unknown): Promise<void> {
		const response = await fetch(`${this.url}/_emulator/${action}`, {
			method,
			body: JSON.stringify(body),
		});
		if (!response.ok) throw new Error(await response.text());
	}
}
