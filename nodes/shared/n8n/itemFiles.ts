import type { IBinaryData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { OpenFile } from '../fal/http/http';
import { bytesOfDataUri, isDataUri } from '../fal/http/addresses';

/** The files of an item by field name. */
export type Files = Record<string, IBinaryData>;

/** Where n8n has put a file: its store's name, and the file's there. */
const STORED_ID = /^[\w-]+:./;

const nameIn = (value: unknown) =>
	typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

/** Base64, also out of a data URI, which Code nodes put in its place. */
const contentOf = (data: string) =>
	isDataUri(data) ? bytesOfDataUri(data).toString('base64') : data;

/**
 * A file as n8n describes it, which nodes and users write too: it is one when it has content or is in n8n's
 * store. What else is said of it may be missing or of any type; here it is put right.
 *
 * @returns undefined for what is no file
 */
export function asFile(value: unknown): IBinaryData | undefined {
	if (typeof value !== 'object' || value === null) return undefined;
	const { data, id, mimeType, fileName, bytes } = value as Record<string, unknown>;
	const storedId = typeof id === 'string' && STORED_ID.test(id) ? id : undefined;
	if (typeof data !== 'string' && !storedId) return undefined;
	return {
		data: typeof data === 'string' ? contentOf(data) : '',
		mimeType: typeof mimeType === 'string' && mimeType !== '' ? mimeType : 'unknown',
		fileName: nameIn(fileName),
		...(storedId && { id: storedId }),
		...(typeof bytes === 'number' && bytes >= 0 && { bytes }),
	};
}

/** The workflow setting that keeps files in `json._files`; n8n before 2.13 does not know it. */
export const keepsFilesInJson = (ctx: IExecuteFunctions): boolean =>
	(ctx.getWorkflowSettings?.() as { binaryMode?: string } | undefined)?.binaryMode === 'combined';

/** Where n8n has put an item's files: beside its JSON, or inside it as the workflow's setting asks. */
export function filesOf(ctx: IExecuteFunctions, item: INodeExecutionData | undefined): Files {
	const inJson = keepsFilesInJson(ctx) ? item?.json?._files : undefined;
	const found = { ...(typeof inJson === 'object' ? inJson : {}), ...item?.binary };
	return Object.fromEntries(
		Object.entries(found).flatMap(([name, value]) => {
			const file = asFile(value);
			return file ? [[name, file]] : [];
		}),
	);
}

/** bytes at a time */
const CHUNK = 256 * 1024;

/**
 * How to open a file, wherever n8n keeps it.
 *
 * @param chunk bytes to read at a time
 */
export const opener =
	({ helpers }: IExecuteFunctions, itemIndex: number, file: IBinaryData, chunk = CHUNK): OpenFile =>
	async () =>
		file.id
			? await helpers.getBinaryStream(file.id, chunk)
			: await helpers.getBinaryDataBuffer(itemIndex, file);
