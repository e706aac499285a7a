import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { submit } from '../../shared/falQueue';
import { waitForResult } from '../../shared/falWait';
import { toItems } from '../../shared/imageFiles';
import { keepsFilesInJson } from '../../shared/itemFiles';
import { toNodeError, type NodeFailure } from '../../shared/nodeErrors';
import { startRun, type Run } from '../../shared/run';
import { runItems } from '../../shared/runItems';
import {
	checkMaxImages,
	readCombinedEdit,
	readEdit,
	readRunOptions,
	type EditOrder,
} from '../input';
import { imageUrls } from '../upload';

/** Uploads the images and orders the edit: from here on it costs money. */
async function placeOrder(run: Run, itemIndex: number, { fields, images, options }: EditOrder) {
	const image_urls = await imageUrls(run, itemIndex, images, options);
	return await submit(
		run.connection,
		{ ...fields, image_urls },
		{ priority: options.queuePriority, expiresIn: options.fileExpiration },
		run.signal,
	);
}

async function editOne(
	run: Run,
	itemIndex: number,
	order: EditOrder,
): Promise<INodeExecutionData[]> {
	const { timeout, includeLogs } = order.options;
	const { request_id } = await placeOrder(run, itemIndex, order);
	const wait = { timeout, logs: includeLogs, signal: run.signal };
	const result = await waitForResult(run.connection, request_id, wait);
	return await toItems(run, request_id, result, order.options);
}

/** The input's fields that stay on the output. An `error` among them would make n8n take the item for a failed one. */
function carriedFields(ctx: IExecuteFunctions, itemIndex: number): IDataObject {
	const fields = { ...ctx.getInputData()[itemIndex]?.json };
	delete fields.error;
	if (keepsFilesInJson(ctx)) delete fields._files;
	return fields;
}

/** An agent's tool gets its own arguments as input; giving them back would only cost it tokens. */
const isTool = (ctx: IExecuteFunctions) => ctx.getNode().type.endsWith('Tool');

const isOrder = (read: EditOrder | NodeFailure): read is EditOrder => !(read instanceof Error);

/** Every order read and checked before the first is placed; where the node stops on a failure, one bad row costs nothing. */
function readAll(ctx: IExecuteFunctions): Array<EditOrder | NodeFailure> {
	return ctx.getInputData().map((_, itemIndex) => {
		try {
			return readEdit(ctx, itemIndex);
		} catch (error) {
			const failure = toNodeError(ctx.getNode(), error, itemIndex);
			if (ctx.continueOnFail()) return failure;
			throw failure;
		}
	});
}

async function editAllInOne(run: Run, maxImages?: number): Promise<INodeExecutionData[]> {
	const order = readCombinedEdit(run.ctx);
	checkMaxImages([order], maxImages);
	const pairedItem = run.ctx.getInputData().map((_, item) => ({ item }));
	return await runItems(run, [0], async () =>
		(await editOne(run, 0, order)).map((made) => ({ ...made, pairedItem })),
	);
}

/** Edit Image: files or addresses in, finished files out. */
export async function edit(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	if (ctx.getInputData().length === 0) return [];
	const run = await startRun(ctx);
	const { combineItems, batchSize, batchInterval, maxImages } = readRunOptions(ctx);
	if (combineItems) return await editAllInOne(run, maxImages);

	const orders = readAll(ctx);
	checkMaxImages(orders.filter(isOrder), maxImages);
	const editItem = async (item: number) => {
		const order = orders[item]!;
		if (!isOrder(order)) throw order;
		const made = await editOne(run, item, order);
		const carried =
			order.options.includeInputFields && !isTool(ctx) ? carriedFields(ctx, item) : {};
		return made.map(({ json, ...rest }) => ({
			...rest,
			json: { ...carried, ...json },
			pairedItem: { item },
		}));
	};
	const pace = { limit: batchSize, interval: batchInterval };
	return await runItems(run, [...orders.keys()], editItem, pace);
}
