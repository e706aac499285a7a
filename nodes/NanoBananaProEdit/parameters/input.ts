import type { IExecuteFunctions } from 'n8n-workflow';
import { atLeast, flag, group, integer, oneOf } from '../../shared/n8n/checks';
import type { ExpiresIn } from '../../shared/fal/account/storage';
import type { OutputOptions } from '../../shared/images/transfer/resultItems';
import { InputError } from '../../shared/n8n/inputError';
import { filesOf, type Files } from '../../shared/n8n/itemFiles';
import { DEFAULT_TIMEOUT_SECONDS } from '../../shared/limits';
import { isEmpty, option, readOptions, type Options } from '../../shared/n8n/options';
import { readOutputOptions } from '../../shared/n8n/outputOptions';
import { isTool, type Run } from '../../shared/n8n/run';
import { readCallback, type Callback } from './callback';
import { scalarFields, schema, type EditInput } from './fields';
import { checkCount, readImages, type ImageSource } from './images/images';
import { takeImages } from './images/lookAtFiles';

/** The request's fields but the images, which have addresses only after the upload. */
export type Fields = Omit<EditInput, 'image_urls'>;

export interface EditOptions extends OutputOptions {
	imageTransfer: 'upload' | 'dataUri';
	fileExpiration?: ExpiresIn;
	/** s */
	timeout: number;
	queuePriority: 'normal' | 'low';
	includeInputFields: boolean;
	includeLogs: boolean;
	/** how many days back an equal order counts as this one; none where absent */
	reuseResults?: number;
}

/** One edit as the user has set it, checked. */
export interface EditOrder {
	fields: Fields;
	images: ImageSource[];
	options: EditOptions;
	/** Submit Edit only */
	callback?: Callback;
}

function readEditOptions(options: Options): EditOptions {
	return {
		...readOutputOptions(options),
		imageTransfer: option(
			options,
			'imageTransfer',
			'Image Transfer',
			oneOf(['upload', 'dataUri']),
			'upload',
		),
		fileExpiration: option(
			options,
			'fileExpiration',
			'File Expiration',
			oneOf(['never', '1h', '1d', '7d', '30d', '1y']),
			undefined,
		),
		timeout: option(options, 'timeout', 'Timeout (Seconds)', atLeast(1), DEFAULT_TIMEOUT_SECONDS),
		queuePriority: option(
			options,
			'queuePriority',
			'Queue Priority',
			oneOf(['normal', 'low']),
			'normal',
		),
		includeInputFields: option(options, 'includeInputFields', 'Include Input Fields', flag, true),
		includeLogs: option(options, 'includeLogs', 'Include Logs', flag, false),
		reuseResults: option(options, 'reuseResults', 'Reuse Results (Days)', atLeast(0), undefined),
	};
}

/**
 * The schema's fields as they go to fal: those always sent, and the options that the user added.
 * Pure. An option left empty counts as not added: fal wants no placeholders.
 *
 * @param given each field's raw value; undefined where there is none
 */
export function buildFields(given: Partial<Record<keyof Fields, unknown>>): Fields {
	const checked = scalarFields.flatMap((field) => {
		const { sent, check, property } = schema[field];
		const value = given[field];
		if (sent === 'whenSet' && isEmpty(value)) return [];
		return [[field, check(value, property.displayName)]];
	});
	return Object.fromEntries(checked) as Fields;
}

function readFields(ctx: IExecuteFunctions, itemIndex: number, options: Options): Fields {
	const valueOf = (field: (typeof scalarFields)[number]) => {
		const { sent, property } = schema[field];
		return sent === 'whenSet'
			? options[property.name]
			: ctx.getNodeParameter(property.name, itemIndex, property.default);
	};
	return buildFields(Object.fromEntries(scalarFields.map((field) => [field, valueOf(field)])));
}

/** Where fal is reached if not on the web, as an emulator of it: what it has made lies there too. */
const ownOriginOf = ({ connection: { proxyUrl } }: Run) => proxyUrl && new URL(proxyUrl).origin;

/** The images of one item, and the item's files. */
async function readItem(run: Run, itemIndex: number) {
	const { ctx } = run;
	const files = filesOf(ctx, ctx.getInputData()[itemIndex]);
	const entries = ctx.getNodeParameter('images.values', itemIndex, []);
	const named = readImages(entries, files, { ownOrigin: ownOriginOf(run), isTool: isTool(ctx) });
	return { files, ...(await takeImages(ctx, itemIndex, named)) };
}

/** @throws InputError for anything that fal would refuse and we can see */
export async function readEdit(run: Run, itemIndex: number): Promise<EditOrder> {
	const { ctx } = run;
	const options = readOptions(ctx, itemIndex);
	const fields = readFields(ctx, itemIndex, options);
	const callback = readCallback(ctx, itemIndex);
	const editOptions = readEditOptions(options);
	const { images, passedOver, files } = await readItem(run, itemIndex);
	checkCount(images, passedOver, files, isTool(ctx));
	return { fields, images, options: editOptions, callback };
}

/** One edit of all items: the images of every item, everything else from the first. */
export async function readCombinedEdit(run: Run): Promise<EditOrder> {
	const { ctx } = run;
	const options = readOptions(ctx, 0);
	const indexes = [...ctx.getInputData().keys()];
	const read = await Promise.all(
		indexes.map(async (index) => await run.reads(async () => await readItem(run, index))),
	);
	const images = read.flatMap((item) => item.images);
	const files = Object.assign({}, ...read.map((item) => item.files)) as Files;
	checkCount(
		images,
		read.flatMap((item) => item.passedOver),
		files,
		isTool(ctx),
	);
	return {
		fields: readFields(ctx, 0, options),
		images,
		options: readEditOptions(options),
		callback: readCallback(ctx, 0),
	};
}

/** How the node as a whole works through its items; read once, from the first item. */
export interface RunOptions {
	combineItems: boolean;
	/** most requests in flight */
	batchSize?: number;
	/** ms between starts */
	batchInterval: number;
	/** most images one execution may order */
	maxImages?: number;
	/** the most that one execution may cost, in USD */
	maxCost?: number;
}

export function readRunOptions(ctx: IExecuteFunctions): RunOptions {
	const options = readOptions(ctx, 0);
	const batching = group(options.batching, 'Batching');
	const batch = group(batching.batch, 'Batching');
	const batchSize = option(batch, 'batchSize', 'Items Per Batch', integer(-1), undefined);
	return {
		combineItems: flag(
			ctx.getNodeParameter('combineItems', 0, false),
			'Combine All Items Into One Edit',
		),
		// -1 is how n8n's HTTP Request node says "no limit"; 0 would start nothing.
		batchSize: batchSize && batchSize > 0 ? batchSize : undefined,
		batchInterval: option(batch, 'batchInterval', 'Batch Interval (Ms)', atLeast(0), 0),
		maxImages: option(options, 'maxImages', 'Maximum Images', integer(1), undefined),
		maxCost: option(options, 'maxCost', 'Maximum Cost (USD)', atLeast(0), undefined),
	};
}

/** @throws InputError when the run would order more images than the user allows */
export function checkMaxImages(orders: EditOrder[], maxImages: number | undefined): void {
	const wanted = orders.reduce((sum, { fields }) => sum + (fields.num_images ?? 1), 0);
	if (maxImages === undefined || wanted <= maxImages) return;
	throw new InputError(
		`This run would order ${wanted} images, and 'Maximum Images' allows ${maxImages}`,
		"Send fewer items to this node, or raise 'Maximum Images' under Options. Nothing was ordered.",
	);
}
