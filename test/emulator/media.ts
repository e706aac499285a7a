import { randomBytes } from 'node:crypto';

import type { World } from './world';

export interface MediaFile {
	name: string;
	contentType: string;
	bytes: Buffer;
	/** Of an upload, which has it already. */
	sha256?: string;
	expiresAt: number;
	/** Prompt or file name, where faults of the download can stand. */
	faultText: string;
}

/** The files behind fal's public media URLs. */
export class MediaStore {
	private readonly files = new Map<string, MediaFile>();

	constructor(private readonly world: World) {}

	/** A new address in the form of fal's: `/files/b/{8 hex}/{name}`. */
	newPath(name: string): string {
		return `/files/b/${randomBytes(4).toString('hex')}/${encodeURIComponent(name)}`;
	}

	urlOf(path: string): string {
		return `${this.world.url}${path}`;
	}

	put(path: string, file: MediaFile): void {
		this.files.set(path, file);
	}

	/** Nothing for a file that never came, and for one whose time is over. */
	get(path: string): MediaFile | undefined {
		const file = this.files.get(path);
		return file && file.expiresAt > Date.now() ? file : undefined;
	}

	isOwn(url: URL): boolean {
		return url.origin === new URL(this.world.url).origin && url.pathname.startsWith('/files/');
	}

	/** When a file with this lifecycle header ends; nothing said leaves it to the account's setting. */
	expiry(lifecycle: string | undefined): number {
		const seconds = expirationSeconds(lifecycle);
		return (
			Date.now() + (seconds === undefined ? this.world.settings.mediaLifetime : seconds * 1000)
		);
	}

	clear(): void {
		this.files.clear();
	}
}

export function expirationSeconds(lifecycle: string | undefined): number | undefined {
	if (lifecycle === undefined) return undefined;
	const parsed = JSON.parse(lifecycle) as { expiration_duration_seconds?: number };
	return parsed.expiration_duration_seconds;
}

export function isLifecycle(header: string | undefined): boolean {
	try {
		const seconds = expirationSeconds(header);
		return seconds === undefined || (Number.isInteger(seconds) && seconds > 0);
	} catch {
		return false;
	}
}
