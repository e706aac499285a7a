import type { INodeProperties } from 'n8n-workflow';
import type { Files } from '../../../shared/n8n/itemFiles';
import { group, nameOf } from '../../../shared/n8n/checks';
import { InputError } from '../../../shared/n8n/inputError';
import { choice, propertyOf, type Parameter } from '../../../shared/n8n/options';
import { MAX_IMAGES_PER_EDIT } from '../../../shared/limits';
import { listOf, readFiles, type FileSource } from './files';
import { readUrls, type AddressContext, type UrlSource } from './urls';

const sourceRow = {
	displayName: 'Source',
	name: 'source',
	...choice([
		{ name: 'File', value: 'binary', description: 'A file from an earlier node' },
		{ name: 'URL', value: 'url', description: 'The public address of an image' },
	]),
	default: 'binary',
	description: 'Where the image comes from',
} satisfies Parameter;

/** `image_urls`: the one field that is not a value but made from files and addresses. */
export const imagesProperty: INodeProperties = {
	displayName: 'Images',
	name: 'images',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true, multipleValueButtonText: 'Add Image' },
	placeholder: 'Add Image',
	default: { values: [{ source: 'binary', binaryPropertyName: '*' }] },
	description:
		'The images to edit or combine, up to 14. The model sees them in this order, so the prompt can refer to "the first image".',
	options: [
		{
			displayName: 'Image',
			name: 'values',
			values: [
				propertyOf(sourceRow),
				{
					displayName: 'Input Data Field Name(s)',
					name: 'binaryPropertyName',
					type: 'string',
					default: '*',
					placeholder: 'e.g. data',
					hint: 'Use * for every image file of the item',
					description:
						'The name of the binary field that holds the file. To use several files, enter names separated by commas or a pattern such as Photo_*.',
					displayOptions: { show: { source: ['binary'] } },
				},
				{
					displayName: 'URL(s)',
					name: 'url',
					type: 'string',
					typeOptions: { rows: 1 },
					default: '',
					placeholder: 'e.g. https://example.com/photo.jpg',
					description:
						'The public address of an image. To use several, enter one per line, separate them with commas, semicolons or vertical bars, or use an expression that returns a list.',
					displayOptions: { show: { source: ['url'] } },
				},
			],
		},
	],
};

/** One image of the request, in order: a file still in n8n, or an address that is sent as it is. */
export type ImageSource = FileSource | UrlSource;

/**
 * The images that the entries of 'Images' name, in order.
 *
 * @param entries the parameter's value, as n8n gives it
 * @param files the item's files by field name
 * @param place who reads the addresses, and where fal is reached
 * @throws InputError for a name that is not there or an address that is none
 */
export function readImages(
	entries: unknown,
	files: Files,
	place: Omit<AddressContext, 'entry'>,
): ImageSource[] {
	if (!Array.isArray(entries)) {
		throw new InputError(
			`'Images' must be a list of entries, but is ${nameOf(entries)}`,
			"Add entries with the button 'Add Image'.",
		);
	}
	return entries.flatMap((given, index): ImageSource[] => {
		const entry = index + 1;
		const { source = 'binary', binaryPropertyName = '*', url } = group(given, 'Images');
		return sourceRow.check(source, 'Source') === 'url'
			? readUrls(url, { ...place, entry })
			: readFiles(binaryPropertyName, files, entry);
	});
}

const TOOL_HELP =
	"An AI agent does not pass files to its tools. In 'Images', set the source to URL and let the model fill it in, or use an expression to take a file from another node.";

/** What * has looked at and left. */
function wordsFor(passedOver: FileSource[]): string {
	const names = passedOver.map(({ label, file }) => `'${label}' (${file.mimeType})`);
	return names.length === 0
		? ''
		: ` These files are not PNG, JPEG, WebP, GIF, AVIF or HEIC images: ${names.join(', ')}.`;
}

/**
 * @param passedOver files that * has left, since they are no images
 * @param isTool whether an agent calls the node
 * @throws InputError unless there are as many images as one edit takes
 */
export function checkCount(
	images: ImageSource[],
	passedOver: FileSource[],
	files: Files,
	isTool: boolean,
): void {
	if (images.length === 0) {
		const help = `'Images' matches no image of this item. ${listOf(files)}${wordsFor(passedOver)}`;
		throw new InputError('There is no image to edit', isTool ? TOOL_HELP : help);
	}
	if (images.length > MAX_IMAGES_PER_EDIT) {
		throw new InputError(
			`This edit has ${images.length} images, but fal accepts up to ${MAX_IMAGES_PER_EDIT}`,
			"Use fewer files in 'Images', or spread them over several items.",
		);
	}
}
