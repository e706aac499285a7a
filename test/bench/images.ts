import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { bytesOf, type Workload } from './workloads';

/** Noise, which no format makes smaller. */
async function noise(side: number): Promise<Sharp> {
	const raw = { width: side, height: side, channels: 3 as const };
	return sharp(randomBytes(side * side * 3), { raw });
}

async function png(size: number): Promise<Buffer> {
	return await (await noise(Math.floor(Math.sqrt(size / 3))))
		.png({ compressionLevel: 0 })
		.toBuffer();
}

/** A PNG's text chunk, before the last one, IEND, which has 12 bytes. */
export function withText(image: Buffer, text: string): Buffer {
	const named = Buffer.from(`tEXtComment\0${text}`, 'latin1');
	const length = Buffer.alloc(4);
	length.writeUInt32BE(named.length - 4);
	const check = Buffer.alloc(4);
	check.writeUInt32BE(crc32(named));
	const end = image.length - 12;
	return Buffer.concat([image.subarray(0, end), length, named, check, image.subarray(end)]);
}

/** Fills a folder with the workload's images: whole PNG files, each of other content than the next. */
export async function putImages(folder: string, workload: Workload): Promise<string> {
	mkdirSync(folder, { recursive: true });
	const image = await png(bytesOf(workload));
	for (let item = 0; item < workload.items; item++) {
		// No two real images have the same size.
		const text = workload.same ? 'logo' : `image ${item} ${'.'.repeat(item)}`;
		const bytes = withText(image, text);
		writeFileSync(join(folder, `image-${String(item).padStart(4, '0')}.png`), bytes);
	}
	return folder;
}

/** For a request by which fal gets warm. */
export async function smallDataUri(): Promise<string> {
	return `data:image/png;base64,${(await png(3_000)).toString('base64')}`;
}
