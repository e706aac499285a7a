import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';
import { isDataUri, parsedUrl } from '../../fal/http/addresses';
import { downloadImage, type Store } from './download';
import type { EditResult, FalImage } from '../../fal/queue/result';
import { shareOf, type Cost, type PriceOnce } from '../../fal/account/price';
import { FalFailure } from '../../fal/failure';
import type { Gate, Priority } from '../../flow/gate';

export interface OutputOptions {
	outputMode: 'perImage' | 'singleItem';
	/** the binary field's name */
	binaryPropertyOutput: string;
	downloadImages: boolean;
	includeCost: boolean;
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
		.replace(/^[._-]+/, '')
		.slice(0, 100);
}

const pathOf = (url: string) => (isDataUri(url) ? '' : (parsedUrl(url)?.pathname ?? ''));

const fileNameOf = ({ file_name, url }: FalImage, fallback: string) =>
	baseName(typeof file_name === 'string' ? file_name : '') || baseName(pathOf(url)) || fallback;

/** Fields that fal leaves null are left out, so that "is it there" has one answer. */
export const withoutNulls = (fields: Record<string, unknown>) =>
	Object.fromEntries(
		Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
	) as IDataObject;

async function withFile(store: Store, image: FalImage, fallbackName: string): Promise<MadeImage> {
	const file = await downloadImage(store, image.url, fileNameOf(image, fallbackName));
	const { mimeType, fileName, size, width, height, binary } = file;
	return {
		json: withoutNulls({
			// A data URI never stands in JSON: it is as large as the file.
			url: isDataUri(image.url) ? undefined : image.url,
			content_type: mimeType,
			file_name: fileName,
			file_size: size,
			width: image.width || width,
			height: image.height || height,
		}),
		binary,
	};
}

function withoutFile(image: FalImage): MadeImage {
	const { url, content_type, file_name, file_size, width, height } = image;
	return { json: withoutNulls({ url, content_type, file_name, file_size, width, height }) };
}

/** An output item before it is linked to its input. */
export type ResultItem = Pick<INodeExecutionData, 'json' | 'binary'>;

/** Where a result is delivered to. */
export interface Destination extends Store {
	/** bounds the files that come in at once */
	downloads: Gate;
	/** what downloads give way to */
	results: Priority;
	/** for what the images have cost */
	price: PriceOnce;
}

/** fal leaves the size null today; then only the processor bounds how many come in. */
const bytesOf = ({ file_size }: FalImage) => (typeof file_size === 'number' ? file_size : 0);

async function fetchImage(
	destination: Destination,
	image: FalImage,
	fallbackName: string,
	downloadImages: boolean,
): Promise<MadeImage> {
	// A sync_mode answer is the only copy there is, so it becomes a file in any case.
	if (!downloadImages && !isDataUri(image.url)) return withoutFile(image);
	return await destination.downloads.run(bytesOf(image), async () => {
		await destination.results.yieldToUrgent();
		return await withFile(destination, image, fallbackName);
	});
}

/** All images of a request side by side; a failure names the request, whose images fal still keeps. */
async function fetchImages(
	destination: Destination,
	requestId: string,
	images: FalImage[],
	downloadImages: boolean,
): Promise<MadeImage[]> {
	const fetchNamed = async (image: FalImage, index: number) =>
		await fetchImage(destination, image, `${requestId}_${index}`, downloadImages);
	return await Promise.all(images.map(fetchNamed)).catch((error: unknown) => {
		throw error instanceof FalFailure ? error.with({ requestId }) : error;
	});
}

/** Tells what each item has cost, as soon as the price is known; nothing where it cannot be known. */
async function pricing(
	{ price }: Destination,
	units: number | undefined,
): Promise<(index: number, count: number) => Partial<Cost>> {
	const known = units === undefined ? undefined : await price.known();
	if (!known || units === undefined) return () => ({});
	return (index, count) => shareOf(units, known, index, count);
}

/**
 * Makes the output items of one finished request, images in fal's order.
 *
 * @throws FalFailure of stage `download` that names the request, whose images fal still keeps
 */
export async function toItems(
	destination: Destination,
	requestId: string,
	{ images, description, billableUnits, ...rest }: EditResult & { logs?: unknown; seed?: number },
	{ outputMode, binaryPropertyOutput, downloadImages, includeCost }: OutputOptions,
): Promise<ResultItem[]> {
	const costing = pricing(destination, includeCost ? billableUnits : undefined);
	const fetching = fetchImages(destination, requestId, images, downloadImages);
	// No call is left behind by a download that fails.
	const made = await fetching.finally(async () => await costing);
	const costOf = await costing;
	const common = withoutNulls({ request_id: requestId, description, ...rest });
	if (outputMode === 'singleItem') {
		const files = made.flatMap(({ binary }, index) =>
			binary ? [[`${binaryPropertyOutput}_${index}`, binary] as const] : [],
		);
		return [
			{
				json: { ...common, images: made.map(({ json }) => json), ...costOf(0, 1) },
				...(files.length > 0 && { binary: Object.fromEntries(files) }),
			},
		];
	}
	return made.map(({ json, binary }, index) => ({
		json: { ...common, index, ...json, ...costOf(index, made.length) },
		...(binary && { binary: { [binaryPropertyOutput]: binary } }),
	}));
}
