import type { IExecuteFunctions } from 'n8n-workflow';
import { originOf } from '../../shared/fal/http/client';
import { InputError } from '../../shared/n8n/inputError';
import { filesOf, type Files } from '../../shared/n8n/itemFiles';
import { isEmpty, readOptions, readTop, typedOption, type Options } from '../../shared/n8n/options';
import { isTool, type Run } from '../../shared/n8n/run';
import { readCallback, type CallbackTarget } from './callback';
import { scalarFields, schema, type EditInput, type SchemaField } from './fields';
import { checkCount, readImages, type ImageSource } from './images/images';
import { takeImages } from './images/lookAtFiles';
import { readItemOptions, type EditOptions } from './options';

/** The request's fields but the images, which have addresses only after the upload. */
export type Fields = Omit<EditInput, 'image_urls'>;

/** One edit as the user has set it, checked. */
export interface Edit {
	fields: Fields;
	images: ImageSource[];
	options: EditOptions;
	/** Submit Edit only */
	callback?: CallbackTarget;
}

/** The schema's fields as they go to fal: those always sent, and the options that the user added. */
function readFields(ctx: IExecuteFunctions, itemIndex: number, options: Options): Fields {
	const read = scalarFields.flatMap((field) => {
		const { sent, ...one }: SchemaField = schema[field];
		if (sent === 'always') return [[field, readTop(ctx, itemIndex, one)]];
		// Empty counts as not added: fal wants no placeholders.
		const value = options[one.name];
		const typed = () => typedOption(ctx, one.name);
		return isEmpty(value) ? [] : [[field, one.check(value, one.displayName, typed)]];
	});
	return Object.fromEntries(read) as Fields;
}

/** The images of one item, and the item's files. */
async function readItem(run: Run, itemIndex: number) {
	const { ctx } = run;
	const ownOrigin = originOf(run.connection);
	const files = filesOf(ctx, ctx.getInputData()[itemIndex]);
	const entries = ctx.getNodeParameter('images.values', itemIndex, []);
	const named = readImages(entries, files, { ownOrigin, isTool: isTool(ctx) });
	return { files, ...(await takeImages(ctx, itemIndex, named)) };
}

/** Everything of an edit but its images. */
function readSettings(ctx: IExecuteFunctions, itemIndex: number): Omit<Edit, 'images'> {
	const given = readOptions(ctx, itemIndex);
	const fields = readFields(ctx, itemIndex, given);
	const callback = readCallback(ctx, itemIndex);
	if (callback && fields.sync_mode) {
		throw new InputError(
			"'Sync Mode' cannot be used with 'Webhook URL', because the images would be charged and lost",
			"With 'Sync Mode', fal sends the images in the callback, which is too large for n8n, and keeps no copy. Remove one of the two.",
		);
	}
	return { fields, options: readItemOptions(given), callback };
}

/**
 * One edit of one item, or of several: the images of each, everything else from the first.
 *
 * @throws InputError for anything that fal would refuse and we can see
 */
export async function readEdit(run: Run, items: number[]): Promise<Edit> {
	const { ctx } = run;
	const settings = readSettings(ctx, items[0]!);
	const read: Array<Awaited<ReturnType<typeof readItem>>> = [];
	for (const item of items) read.push(await readItem(run, item));
	const images = read.flatMap((item) => item.images);
	const passedOver = read.flatMap((item) => item.passedOver);
	const files = Object.assign({}, ...read.map((item) => item.files)) as Files;
	checkCount(images, passedOver, files, isTool(ctx));
	return { ...settings, images };
}
