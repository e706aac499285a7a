import { randomBytes } from 'node:crypto';
import { jsonAnswer, type ServiceAnswer, type ServiceCall } from '../server';
import { described, type Drive, type DriveFile } from './drive';
import { invalid, notFound, Problem } from './problem';

interface Session {
	metadata: Partial<DriveFile>;
	type: string;
	bytes: Buffer;
}

const CHUNK = 256 * 1024;

/** Uploads by Drive's two ways: all in one body, or in pieces to an address of its own. */
export class Uploads {
	private readonly sessions = new Map<string, Session>();

	constructor(private readonly drive: Drive) {}

	begin(call: ServiceCall, isServiceAccount: boolean): ServiceAnswer {
		const kind = call.url.searchParams.get('uploadType');
		const session = kind === 'multipart' ? this.inOneBody(call) : this.inPieces(call);
		this.checkQuota(session.metadata, isServiceAccount);
		if (kind === 'multipart') return this.finish(session);
		if (kind !== 'resumable') throw invalid('Unsupported uploadType');
		const id = randomBytes(16).toString('hex');
		this.sessions.set(id, session);
		const location = `https://www.googleapis.com/upload/drive/v3/files?uploadType=resumable&upload_id=${id}`;
		return { status: 200, headers: { location } };
	}

	/** A service account has no room of its own: only a shared drive takes its files. */
	private checkQuota({ parents = ['root'] }: Partial<DriveFile>, isServiceAccount: boolean): void {
		const isShared = parents.includes(this.drive.shared.id);
		if (!isServiceAccount || isShared) return;
		const words =
			'Service Accounts do not have storage quota. Leverage shared drives, or use OAuth delegation instead.';
		throw new Problem(403, 'PERMISSION_DENIED', words, 'storageQuotaExceeded');
	}

	private inPieces({ headers, body }: ServiceCall): Session {
		const metadata = JSON.parse(body.toString('utf8') || '{}') as Partial<DriveFile>;
		const type = headers['x-upload-content-type'] ?? 'application/octet-stream';
		return { metadata, type, bytes: Buffer.alloc(0) };
	}

	private inOneBody({ headers, body }: ServiceCall): Session {
		const [, boundary] =
			headers['content-type']?.match(/^multipart\/related; boundary=(.+)$/) ?? [];
		if (!boundary) throw invalid('Malformed multipart body.');
		const parts = body.toString('latin1').split(`--${boundary}`).slice(1, -1);
		const [metadata, content] = parts.map((part) => {
			const [head = '', ...rest] = part.split('\r\n\r\n');
			const [, type = ''] = head.match(/content-type: (.+)/i) ?? [];
			return { type, bytes: Buffer.from(rest.join('\r\n\r\n').replace(/\r\n$/, ''), 'latin1') };
		});
		if (!metadata || !content) throw invalid('Malformed multipart body.');
		const { type, bytes } = content;
		return { metadata: JSON.parse(metadata.bytes.toString('utf8')) as object, type, bytes };
	}

	/** One piece; all but the last must be a multiple of 256 KiB. */
	take({ url, headers, body }: ServiceCall): ServiceAnswer {
		const session = this.sessions.get(url.searchParams.get('upload_id') ?? '');
		if (!session) throw notFound('Upload session');
		const [, from, to, whole] =
			headers['content-range']?.match(/^bytes (\d+)-(\d+)\/(\d+)$/)?.map(Number) ?? [];
		const isNext = from === session.bytes.length && to === from + body.length - 1;
		if (!isNext || whole === undefined) throw invalid('Invalid Content-Range');
		session.bytes = Buffer.concat([session.bytes, body]);
		if (session.bytes.length >= whole) return this.finish(session);
		if (body.length % CHUNK > 0) throw invalid('Chunks must be multiples of 256 KB');
		return { status: 308, headers: { range: `bytes=0-${to}` } };
	}

	private finish({ metadata, type: mimeType, bytes }: Session): ServiceAnswer {
		const file = this.drive.add({ mimeType, ...metadata, bytes });
		return jsonAnswer(200, described(file, null));
	}
}
