import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { Refusal, type Document, type PhotoSize } from './types';

/** Bots can fetch files of up to 20 MB. */
const MOST_BYTES = 20e6;
/** Telegram makes these of every photo; none is larger than the photo itself. */
const SIDES = [90, 320, 800, 1280];

const newId = (bytes: number) => randomBytes(bytes).toString('base64url');

/** The files that a bot may ask for. */
export class Files {
	private readonly byId = new Map<string, { path: string; bytes: Buffer }>();

	private keep(bytes: Buffer, folder: string, ending: string) {
		const file_id = newId(48);
		const path = `${folder}/file_${this.byId.size}.${ending}`;
		this.byId.set(file_id, { path, bytes });
		return { file_id, file_unique_id: newId(12), file_size: bytes.length };
	}

	/** A photo is sent as JPEG in several sizes, the smallest first. */
	async addPhoto(photo: Buffer): Promise<PhotoSize[]> {
		const upright = await sharp(photo).rotate().flatten().jpeg().toBuffer();
		const { width, height } = await sharp(upright).metadata();
		const longest = Math.max(width, height);
		const sides = [...new Set(SIDES.map((side) => Math.min(side, longest)))];
		const sizes = sides.map(async (side): Promise<PhotoSize> => {
			const resized = sharp(upright).resize(side, side, { fit: 'inside' }).jpeg();
			const { data, info } = await resized.toBuffer({ resolveWithObject: true });
			return { ...this.keep(data, 'photos', 'jpg'), width: info.width, height: info.height };
		});
		return await Promise.all(sizes);
	}

	/** An image sent as a file stays as it is, with its name. */
	addDocument(bytes: Buffer, file_name: string, mime_type: string): Document {
		const ending = file_name.split('.').at(-1) ?? 'bin';
		return { ...this.keep(bytes, 'documents', ending), file_name, mime_type };
	}

	/** getFile: where a file can be fetched. */
	describe(file_id: string): object {
		const file = this.byId.get(file_id);
		if (!file) throw new Refusal(400, 'Bad Request: invalid file_id');
		if (file.bytes.length > MOST_BYTES) throw new Refusal(400, 'Bad Request: file is too big');
		const { path: file_path, bytes } = file;
		return { file_id, file_unique_id: newId(12), file_size: bytes.length, file_path };
	}

	bytesOf(file_id = ''): Buffer {
		const file = this.byId.get(file_id);
		if (!file) throw new Error(`No such file: ${file_id}`);
		return file.bytes;
	}

	at(path: string): Buffer | undefined {
		return [...this.byId.values()].find((file) => file.path === path)?.bytes;
	}
}
