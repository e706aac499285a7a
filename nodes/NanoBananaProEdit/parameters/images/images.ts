import type { Files } from '../../../shared/n8n/itemFiles';
import { group, nameOf, oneOf } from '../../../shared/n8n/checks';
import { InputError } from '../../../shared/n8n/inputError';
import { MAX_IMAGES_PER_EDIT } from '../../../shared/limits';
import { listOf, readFields, type FileSource } from './files';
import { readUrls, type Place, type UrlSource } from './urls';

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
	place: Omit<Place, 'entry'>,
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
		return oneOf(['binary', 'url'])(source, 'Source') === 'url'
			? readUrls(url, { ...place, entry })
			: readFields(binaryPropertyName, files, entry);
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
