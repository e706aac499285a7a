/** The bytes of an open file as they come. */
export const chunksOf = (
	opened: AsyncIterable<Buffer> | Buffer,
): AsyncIterable<Buffer> | Iterable<Buffer> => (Buffer.isBuffer(opened) ? [opened] : opened);
