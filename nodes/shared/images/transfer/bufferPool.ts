import { attempt } from '../../flow/attempt';
import { chunksOf, type OpenFile } from '../../fal/http/http';
import { BUFFER_POOL } from '../../limits';

/**
 * Buffers for small files that are held whole. Used again and again, since V8 searches all of n8n's memory
 * for garbage each time that some 50 MB have passed through fresh buffers: that takes more processor
 * time than everything else that is done with a file.
 */
export class BufferPool {
	private readonly free: Buffer[] = [];
	/** bytes of all buffers, those in use included */
	private total = 0;

	/** A buffer of at least `size` bytes, of any content; undefined where there is no room for one. */
	acquire(size: number): Buffer | undefined {
		if (size > BUFFER_POOL.file) return undefined;
		const fitting = this.free.findIndex((buffer) => buffer.length >= size);
		if (fitting >= 0) return this.free.splice(fitting, 1)[0];
		const larger = Math.max(BUFFER_POOL.smallest, 2 ** Math.ceil(Math.log2(size)));
		if (this.total + larger > BUFFER_POOL.total) return undefined;
		this.total += larger;
		return Buffer.allocUnsafeSlow(larger);
	}

	/** Only when nobody reads it any more; for a call that broke off nobody knows. */
	release(buffer: Buffer): void {
		this.free.push(buffer);
	}

	/** For a buffer that is left to those who may still read it. */
	discard(buffer: Buffer): void {
		this.total -= buffer.length;
	}
}

interface Transferable {
	byteLength: number;
	/** unknown to Node before 21 */
	transfer?: (length: number) => unknown;
}

/**
 * Frees what has been read of a stream at once, in place of leaving it to the garbage collector. A chunk
 * that shares its memory with other bytes is left alone.
 */
export function freeChunk(chunk: Buffer): void {
	const memory: Transferable = chunk.buffer;
	if (memory.byteLength === chunk.byteLength) memory.transfer?.(0);
}

/**
 * Reads a stream into a buffer, and frees its chunks.
 *
 * @returns the bytes, or undefined when there are more than the buffer holds
 */
export async function readInto(
	buffer: Buffer,
	chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
): Promise<Buffer | undefined> {
	let size = 0;
	for await (const chunk of chunks) {
		if (size + chunk.length > buffer.length) return undefined;
		size += chunk.copy(buffer, size);
		freeChunk(chunk);
	}
	return buffer.subarray(0, size);
}

/** A file that is read more than once. */
export interface BufferedFile {
	open: OpenFile;
	/** @param sent whether all that was made of it has come to a good end */
	close: (sent: boolean) => void;
}

/** Holds a small file, so that n8n's store is read once; a larger one, or of unknown size, stays there. */
export async function bufferFile(
	pool: BufferPool,
	open: OpenFile,
	size = Infinity,
): Promise<BufferedFile> {
	const buffer = pool.acquire(size);
	const left: BufferedFile = { open, close: () => undefined };
	if (!buffer) return left;
	const read = await attempt(async () => await readInto(buffer, chunksOf(await open())));
	const bytes = 'value' in read ? read.value : undefined;
	if (!bytes) {
		pool.release(buffer);
		if ('error' in read) throw read.error;
		return left;
	}
	let opened = 0;
	return {
		open: async () => {
			opened += 1;
			return bytes;
		},
		// Once for the check and once to be sent: of more, one call broke off and may still be reading.
		close: (sent) => {
			if (opened < 2 || (sent && opened === 2)) pool.release(buffer);
			else pool.discard(buffer);
		},
	};
}
