import { Clock } from './clock';
import { settingsOf } from './differences';
import { Faults } from './faults';
import { MediaStore } from './media';
import { defaultSettings, type Settings } from './options';
import { Queue } from './queue';
import type { CallRecord, Job, Leak, Upload } from './types';
import { WebhookSigner } from './webhookSigner';

/** Everything one emulator knows. The arrays live as long as it does; a reset empties them. */
export class World {
	readonly settings: Settings;
	readonly clock = new Clock();
	readonly faults = new Faults();
	readonly signer = new WebhookSigner();
	readonly media = new MediaStore(this);
	readonly queue = new Queue(this);
	readonly jobs: Job[] = [];
	readonly records: CallRecord[] = [];
	readonly leaks: Leak[] = [];
	readonly uploads: Upload[] = [];
	/** The address in URLs; known once the server listens. */
	url = '';

	constructor(options: Partial<Settings>) {
		this.settings = { ...defaultSettings, ...options, ...settingsOf(options.differences) };
	}

	reset(): void {
		this.clock.clear();
		this.faults.clear();
		this.queue.clear();
		this.media.clear();
		for (const list of [this.jobs, this.records, this.leaks, this.uploads]) list.length = 0;
	}
}
