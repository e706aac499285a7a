const KINDS = [
	{ mimeType: 'image/png', extension: 'png', starts: '89504e47' },
	{ mimeType: 'image/jpeg', extension: 'jpe?g', starts: 'ffd8ff' },
	{ mimeType: 'image/webp', extension: 'webp', starts: '52494646' },
];

/** What an image is by its first bytes. */
export function fileTypeOf(bytes: Buffer = Buffer.alloc(0)) {
	const kind = KINDS.find(({ starts }) => bytes.toString('hex', 0, 4).startsWith(starts));
	if (!kind) throw new Error(`No image: ${bytes.toString('hex', 0, 16)}`);
	return kind;
}
