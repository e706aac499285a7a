import type { IBinaryData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { fetchPicture, type Picture } from './download';
import type { EditResult, FalImage } from './falQueue';
import { FalFailure } from './falFailure';
import type { Gate } from './gate';
import type { HttpRequest } from './n8nFetch';

export interface OutputOptions {
	outputMode: 'perImage' | 'singleItem';
	/** the binary field's name */
	binaryPropertyOutput: string;
	downloadImages: boolean;
}

/** One image of a result: its JSON as fal names it, and its file when it was downloaded. */
interface MadeImage {
	json: IDataObject;
	binary?: IBinaryData;
}

/** The last part of an address or path, without its extension and without what no file name may hold. */
function baseName(name: string): string {
	const last = name.split(/[\\/]/).pop() ?? '';
	return last
		.replace(/\.[^.]*$/, '')
		.replace(/[^\p{L}\p{N}._-]+/gu, '_')
		.slice(0, 100);
}

function fileNameFor(image: FalImage, picture: Picture, fallback: string): string {
	const fromUrl = image.url.startsWith('data:') ? '' : new URL(image.url).pathname;
	const base = baseName(image.file_name ?? '') || baseName(fromUrl) || fallback;
	return `${base}.${picture.extension}`;
}

/** Fields that fal leaves null are left out, so that "is it there" has one answer. */
const known = (fields: Record<string, unknown>) =>
	Object.fromEntries(
		Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
	) as IDataObject;

/** A data URI never stands in JSON: it is as large as the file. */
const publicUrl = ({ url }: FalImage) => (url.startsWith('data:') ? undefined : url);

async function withFile(
	ctx: Pick<IExecuteFunctions, 'helpers'>,
	image: FalImage,
	picture: Picture,
	fallbackName: string,
): Promise<MadeImage> {
	const file_name = fileNameFor(image, picture, fallbackName);
	const { mimeType, bytes, width, height } = picture;
	return {
		json: known({
			url: publicUrl(image),
			content_type: mimeType,
			file_name,
			file_size: bytes.length,
			width: image.width ?? width,
			height: image.height ?? height,
		}),
		binary: await ctx.helpers.prepareBinaryData(bytes, file_name, mimeType),
	};
}

function withoutFile(image: FalImage): MadeImage {
	const { content_type, file_name, file_size, width, height } = image;
	return {
		json: known({ url: publicUrl(image), content_type, file_name, file_size, width, height }),
	};
}

/** Where the parts of one delivery come from. */
export interface Delivery {
	ctx: Pick<IExecuteFunctions, 'helpers'>;
	httpRequest: HttpRequest;
	/** bounds how many files are in memory at once */
	transfers: Gate;
	signal?: AbortSignal;
}

async function fetchImage(
	{ ctx, httpRequest, transfers, signal }: Delivery,
	image: FalImage,
	fallbackName: string,
	downloadImages: boolean,
): Promise<MadeImage> {
	// A sync_mode answer is the only copy there is, so it becomes a file in any case.
	if (!downloadImages && !image.url.startsWith('data:')) return withoutFile(image);
	return await transfers(async () => {
		const picture = await fetchPicture(httpRequest, image.url, signal);
		return await withFile(ctx, image, picture, fallbackName);
	});
}

/**
 * Makes the output items of one finished request, images in fal's order.
 *
 * @throws FalFailure of stage `download` that names the request, whose images fal still keeps
 */
export async function toItems(
	delivery: Delivery,
	requestId: string,
	{ images, description, ...rest }: EditResult & { logs?: unknown },
	{ outputMode, binaryPropertyOutput, downloadImages }: OutputOptions,
): Promise<INodeExecutionData[]> {
	const fetchNamed = async (image: FalImage, index: number) =>
		await fetchImage(delivery, image, `${requestId}_${index}`, downloadImages);
	const made = await Promise.all(images.map(fetchNamed)).catch((error: unknown) => {
		throw error instanceof FalFailure ? error.with({ requestId }) : error;
	});
	const common = known({ request_id: requestId, description, ...rest });
	if (outputMode === 'singleItem') {
		const files = made.flatMap(({ binary }, index) =>
			binary ? [[`${binaryPropertyOutput}_${index}`, binary] as const] : [],
		);
		return [
			{
				json: { ...common, images: made.map(({ json }) => json) },
				...(files.length > 0 && { binary: Object.fromEntries(files) }),
			},
		];
	}
	return made.map(({ json, binary }, index) => ({
		json: { ...common, index, ...json },
		...(binary && { binary: { [binaryPropertyOutput]: binary } }),
	}));
}
