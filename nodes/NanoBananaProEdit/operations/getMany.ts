import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { historyPages, type PastRequest } from '../../shared/fal/account/history';
import { withoutNulls } from '../../shared/images/transfer/resultItems';
import { startRun, type Run } from '../../shared/n8n/run';
import { runItems } from '../../shared/n8n/runItems';
import { isDataUri } from '../../shared/fal/http/addresses';
import { readManyEdits } from '../parameters/manyEdits';

const isWebAddress = (url: unknown): url is string => typeof url === 'string' && !isDataUri(url);

const asList = (value: unknown): unknown[] | undefined =>
	Array.isArray(value) ? value : undefined;

/** A data URI never stands in JSON: it is as large as the file. */
const imagesOf = (images: unknown) =>
	asList(images)
		?.filter((image) => isWebAddress((image as { url?: unknown } | null)?.url))
		.map((image) => withoutNulls(image as Record<string, unknown>));

/** One request of the history, in fal's names. */
function asItem({ request_id, json_input, json_output, ...past }: PastRequest): IDataObject {
	const { prompt, image_urls } = (json_input ?? {}) as { prompt?: unknown; image_urls?: unknown };
	const { images } = (json_output ?? {}) as { images?: unknown };
	const { status_code, sent_at, started_at, ended_at, duration } = past;
	return withoutNulls({
		...{ request_id, status_code, sent_at, started_at, ended_at, duration, prompt },
		image_urls: asList(image_urls)?.filter(isWebAddress),
		images: imagesOf(images),
	});
}

async function listFor(run: Run, itemIndex: number): Promise<INodeExecutionData[]> {
	const { query, limit } = readManyEdits(run.ctx, itemIndex);
	const found: IDataObject[] = [];
	for await (const { items } of historyPages(run.connection, query, run.signal)) {
		found.push(...items.map(asItem));
		if (found.length >= limit) break;
	}
	return found.slice(0, limit).map((json) => ({ json, pairedItem: { item: itemIndex } }));
}

/** Get Many Edits: what this account has ordered at the endpoint, newest first. */
export async function getMany(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const items = ctx.getInputData();
	if (items.length === 0) return [];
	const run = await startRun(ctx);
	const listOne = async (item: number) => await run.lookups(async () => await listFor(run, item));
	return await runItems(run, [...items.keys()], listOne);
}
