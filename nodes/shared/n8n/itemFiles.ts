import type { IBinaryData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { OpenFile } from '../fal/http';

/** The files of an item by field name. */
export type Files = Record<string, IBinaryData>;

/** Whether a value is a file as n8n describes it, such as an expression takes from another node. */
export const isBinaryValueLike = (value: unknown): value is IBinaryData =>
	typeof value === 'object' &&
	value !== null &&
	typeof (value as IBinaryData).mimeType === 'string' &&
	('data' in value || 'id' in value);

/** The workflow setting that keeps files in `json._files`; n8n before 2.13 does not know it. */
export const keepsFilesInJson = (ctx: IExecuteFunctions): boolean =>
	(ctx.getWorkflowSettings?.() as { binaryMode?: string } | undefined)?.binaryMode === 'combined';

/** Where n8n has put an item's files: beside its JSON, or inside it as the workflow's setting asks. */
export function filesOf(item: INodeExecutionData | undefined): Files {
	const inJson = item?.json?._files;
	const found = { ...(typeof inJson === 'object' ? inJson : {}), ...item?.binary };
	return Object.fromEntries(
		Object.entries(found).filter((entry): entry is [string, IBinaryData] =>
			isBinaryValueLike(entry[1]),
		),
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
