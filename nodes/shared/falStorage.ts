import type { StorageSettings } from '@fal-ai/client';
import { falClient, type FalConnection } from './falClient';
import { during, FalFailure } from './falFailure';
import { TRANSFER_DEADLINE } from './limits';
import { withRetries } from './retry';

/** How long fal keeps files, in the client's words. */
export type ExpiresIn = NonNullable<StorageSettings['expiresIn']>;

export interface UploadFile {
	bytes: Buffer;
	name: string;
	mimeType: string;
}

/**
 * Puts a file into fal's storage. Costs nothing, so it is repeated from the start while it fails for a
 * passing reason. The key goes with the start of the upload only, never to the upload address.
 *
 * @returns the file's public address
 * @throws FalFailure of stage `upload`
 */
export async function uploadFile(
	connection: FalConnection,
	{ bytes, name, mimeType }: UploadFile,
	{ expiresIn, signal }: { expiresIn?: ExpiresIn; signal?: AbortSignal } = {},
): Promise<string> {
	const { storage } = falClient(connection, { signal, deadline: TRANSFER_DEADLINE });
	const file = new File([bytes], name, { type: mimeType });
	const upload = async () => {
		const url = await storage.upload(file, expiresIn ? { lifecycle: { expiresIn } } : undefined);
		if (typeof url === 'string' && URL.canParse(url)) return url;
		throw new FalFailure({ unusable: 'the answer has no file address' });
	};
	return await during('upload', async () => await withRetries(upload, signal));
}
