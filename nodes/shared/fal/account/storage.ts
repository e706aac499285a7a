import type { StorageSettings } from '@fal-ai/client';
import { falClient, type FalConnection } from '../http/client';
import { during, FalFailure, type Stage } from '../failure';
import { TRANSFER_DEADLINE } from '../../limits';
import type { LazyBody } from '../http/http';
import { parsedUrl } from '../http/addresses';
import { withRetries } from '../http/retries';

/** How long fal keeps files, in the client's words. */
export type ExpiresIn = NonNullable<StorageSettings['expiresIn']>;

interface UploadFile extends LazyBody {
	name: string;
	/** MIME type */
	type: string;
}

/** Whether a file lies in fal's own storage, whose file names we have given. */
export const isStoredByFal = ({ pathname, origin }: URL, ownOrigin?: string): boolean =>
	/^https:\/\/([\w-]+\.)*fal\.media$/.test(origin) ||
	(origin === 'https://storage.googleapis.com' && pathname.startsWith('/falserverless/')) ||
	origin === ownOrigin;

/**
 * Puts a file into fal's storage. Costs nothing, so it is repeated from the start while it fails for a
 * passing reason. The key goes with the start of the upload only, never to the upload address.
 *
 * @param file at most 90 MB; over that the client would want it in slices
 * @returns the file's public address
 * @throws FalFailure of stage `initiate` or `upload`
 */
export async function uploadFile(
	connection: FalConnection,
	file: UploadFile,
	{ expiresIn, signal }: { expiresIn?: ExpiresIn; signal?: AbortSignal } = {},
): Promise<string> {
	let stage: Stage = 'initiate';
	const watched: FalConnection = {
		...connection,
		fetch: async (url, init) => {
			stage = init?.method === 'PUT' ? 'upload' : 'initiate';
			return await connection.fetch(url, init);
		},
	};
	const { storage } = falClient(watched, { signal, deadline: TRANSFER_DEADLINE });
	// The client reads a Blob's name, type and size and hands it to fetch, which opens it there: it is never in memory whole.
	const blob = file as unknown as Blob;
	const upload = async () => {
		const url = await storage.upload(blob, expiresIn ? { lifecycle: { expiresIn } } : undefined);
		if (typeof url === 'string' && parsedUrl(url)) return url;
		throw new FalFailure({ unusable: 'the answer has no file address' });
	};
	// Named within each try: only a failure with a name is one that may pass.
	return await withRetries(async () => await during(() => stage, upload), signal);
}
