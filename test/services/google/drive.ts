import { randomBytes } from 'node:crypto';
import { jsonAnswer, type ServiceAnswer, type ServiceCall } from '../server';
import type { Accounts } from './accounts';
import { search } from './driveQuery';
import { notFound, Problem } from './problem';
import { Uploads } from './uploads';

export const FOLDER = 'application/vnd.google-apps.folder';

export interface DriveFile {
	id: string;
	name: string;
	mimeType: string;
	parents: string[];
	createdTime: string;
	modifiedTime: string;
	trashed: boolean;
	webViewLink: string;
	bytes: Buffer;
}

const newId = () => `1${randomBytes(24).toString('base64url')}`;

/** What stands in an answer: not the bytes, and of the rest what was asked for. */
export function described({ bytes, ...file }: DriveFile, fields: string | null): object {
	const all = { kind: 'drive#file', ...file, size: String(bytes.length) };
	if (fields?.includes('*')) return all;
	const names = fields?.split(/[,\s]+/) ?? ['kind', 'id', 'name', 'mimeType'];
	return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

/** Google Drive on this machine, with folders that belong to a person, and to a team. */
export class Drive {
	readonly files = new Map<string, DriveFile>();
	readonly mine = this.add({ name: 'Mine', mimeType: FOLDER, parents: ['root'] });
	readonly edited = this.add({ name: 'Edited', mimeType: FOLDER, parents: ['root'] });
	/** in a shared drive, so that it takes files of anyone */
	readonly shared = this.add({ name: 'Shared', mimeType: FOLDER, parents: ['drive of a team'] });
	private readonly uploads = new Uploads(this);

	constructor(private readonly accounts: Accounts) {}

	add(given: Partial<DriveFile>): DriveFile {
		const id = newId();
		const now = new Date().toISOString();
		const webViewLink = `https://drive.google.com/file/d/${id}/view?usp=drivesdk`;
		const file: DriveFile = {
			...{ id, name: 'Untitled', mimeType: 'application/octet-stream', parents: ['root'] },
			...{ createdTime: now, modifiedTime: now, trashed: false, webViewLink },
			...{ bytes: Buffer.alloc(0), ...given },
		};
		this.files.set(id, file);
		return file;
	}

	in({ id }: DriveFile): DriveFile[] {
		return [...this.files.values()].filter(({ parents }) => parents.includes(id));
	}

	/** https://www.googleapis.com */
	answer(call: ServiceCall): ServiceAnswer {
		try {
			return this.dispatch(call);
		} catch (error) {
			if (error instanceof Problem) return error.answer;
			throw error;
		}
	}

	private dispatch(call: ServiceCall): ServiceAnswer {
		const { method, url } = call;
		// An upload that has begun is allowed by its address alone.
		if (method === 'PUT') return this.uploads.take(call);
		const caller = this.accounts.admit(call, ['drive', 'drive.file']);
		const [, upload, id] =
			url.pathname.match(/^(\/upload)?\/drive\/v3\/files(?:\/([^/]+))?$/) ?? [];
		if (upload && method === 'POST') return this.uploads.begin(call, caller.isServiceAccount);
		if (!id && method === 'GET') return jsonAnswer(200, search([...this.files.values()], url));
		const file = this.files.get(id ?? '');
		if (!file) throw notFound(`File not found: ${id}. It`);
		if (method === 'PATCH') return this.change(file, call);
		return url.searchParams.get('alt') === 'media'
			? { status: 200, headers: { 'content-type': file.mimeType }, body: file.bytes }
			: jsonAnswer(200, described(file, url.searchParams.get('fields')));
	}

	private change(file: DriveFile, { url, body }: ServiceCall): ServiceAnswer {
		const { name = file.name, mimeType = file.mimeType } = JSON.parse(
			body.toString('utf8'),
		) as Partial<DriveFile>;
		const parents = [url.searchParams.get('addParents') ?? file.parents[0] ?? 'root'];
		const changed = { ...file, name, mimeType, parents };
		this.files.set(file.id, changed);
		return jsonAnswer(200, described(changed, url.searchParams.get('fields')));
	}
}
