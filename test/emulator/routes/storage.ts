import { createHash, randomBytes, randomUUID } from 'node:crypto';

import { checkKey, refuseStorage } from '../auth';
import { detail, isObject, json, parseJson, type Answer, type Call } from '../http';
import { isLifecycle } from '../media';
import type { Upload } from '../types';
import type { World } from '../world';

/** `POST https://rest.fal.ai/storage/upload/initiate` and `initiate-multipart` */
export function initiate(world: World, call: Call): Answer {
	const check = checkKey(call, world.settings);
	if ('problem' in check) return refuseStorage(check.problem);
	if (call.target.searchParams.get('storage_type') !== 'fal-cdn-v3')
		return detail(400, 'Invalid storage_type');
	const body = parseJson(call.body)?.value;
	if (
		!isObject(body) ||
		typeof body.content_type !== 'string' ||
		typeof body.file_name !== 'string'
	) {
		return detail(422, 'content_type and file_name are required');
	}
	if (!/^[\w.+-]+\/[\w.+-]+/.test(body.content_type) || body.file_name === '') {
		return detail(422, 'Invalid content_type or file_name');
	}
	const lifecycle = call.headers['x-fal-object-lifecycle'];
	if (!isLifecycle(lifecycle)) return detail(400, 'Invalid X-Fal-Object-Lifecycle header');
	const upload = newUpload(world, {
		key: check.key,
		contentType: body.content_type,
		fileName: body.file_name,
		lifecycle,
		multipart: call.target.pathname.includes('multipart'),
	});
	// The signature plays the token of a presigned URL: without it the URL takes nothing.
	const upload_url = `${upload.fileUrl}?signature=${signatureOf(upload)}`;
	return json(200, { upload_url, file_url: upload.fileUrl });
}

function newUpload(
	world: World,
	given: Pick<Upload, 'key' | 'contentType' | 'fileName' | 'lifecycle' | 'multipart'>,
): Upload {
	const path = world.media.newPath(
		`${randomBytes(16).toString('base64url').slice(0, 21)}_${given.fileName}`,
	);
	const id = randomUUID();
	const upload = {
		...given,
		id,
		fileUrl: world.media.urlOf(path),
		size: 0,
		initiatedAt: Date.now(),
	};
	world.uploads.push(upload);
	return upload;
}

function signatureOf({ id, key }: Upload): string {
	return createHash('sha256').update(`${id} ${key}`).digest('hex').slice(0, 16);
}

export function findUpload(world: World, call: Call): Upload | undefined {
	const { file } = call.params;
	if (file === '') return undefined;
	return world.uploads.find(({ fileUrl }) => new URL(fileUrl).pathname === file);
}

const denied = (code: string): Answer => ({
	status: 403,
	headers: { 'content-type': 'application/xml' },
	body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`,
});

/** The upload of a presigned URL, or the refusal a bucket gives. */
function admitted(world: World, call: Call): Upload | Answer {
	const upload = findUpload(world, call);
	if (!upload || call.target.searchParams.get('signature') !== signatureOf(upload))
		return denied('SignatureDoesNotMatch');
	if (Date.now() - upload.initiatedAt > world.settings.uploadLifetime)
		return denied('ExpiredToken');
	// A presigned URL with a second authentication is refused; the recorder has noted the leak.
	if (call.headers.authorization !== undefined)
		return detail(400, 'Only one auth mechanism allowed');
	return upload;
}

/** `PUT upload_url`: the bytes as they are. */
export function put(world: World, call: Call): Answer {
	const upload = admitted(world, call);
	if ('status' in upload) return upload;
	if (call.chunked) return detail(411, 'Length Required');
	if (upload.multipart) return detail(400, 'Upload the parts');
	if (call.headers['content-type'] !== upload.contentType) return denied('SignatureDoesNotMatch');
	return store(world, upload, call.body);
}

function store(world: World, upload: Upload, bytes: Buffer): Answer {
	if (bytes.length === 0) return detail(400, 'Empty body');
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	Object.assign(upload, { bytes, size: bytes.length, sha256, uploadedAt: Date.now() });
	const { fileName: name, contentType, lifecycle, fileUrl } = upload;
	const expiresAt = world.media.expiry(lifecycle);
	world.media.put(new URL(fileUrl).pathname, {
		name,
		contentType,
		bytes,
		sha256,
		expiresAt,
		faultText: name,
	});
	return { status: 200, headers: {}, body: '' };
}

const parts = new WeakMap<Upload, Map<number, Buffer>>();

/** `PUT upload_url/{n}` */
export function putPart(world: World, call: Call): Answer {
	const upload = admitted(world, call);
	if ('status' in upload) return upload;
	const partNumber = Number(call.params.part);
	if (!upload.multipart || partNumber < 1) return detail(400, 'Invalid part');
	if (call.body.length === 0) return detail(400, 'Empty part');
	const known = parts.get(upload) ?? new Map<number, Buffer>();
	parts.set(upload, known.set(partNumber, call.body));
	return json(200, { partNumber, etag: etagOf(call.body) });
}

function etagOf(bytes: Buffer): string {
	return createHash('md5').update(bytes).digest('hex');
}

/** `POST upload_url/complete` */
export function complete(world: World, call: Call): Answer {
	const upload = admitted(world, call);
	if ('status' in upload) return upload;
	const known = parts.get(upload) ?? new Map<number, Buffer>();
	const body = parseJson(call.body)?.value;
	const named: unknown[] = isObject(body) && Array.isArray(body.parts) ? body.parts : [];
	const bytes = named.map((part, index) => {
		const kept = known.get(index + 1);
		const right =
			isObject(part) && part.partNumber === index + 1 && kept && part.etag === etagOf(kept);
		return right ? kept : undefined;
	});
	const whole = bytes.filter((part) => part !== undefined);
	if (whole.length === 0 || whole.length !== known.size || whole.length !== bytes.length) {
		return detail(400, 'The parts are not those that were uploaded');
	}
	return store(world, upload, Buffer.concat(whole));
}
