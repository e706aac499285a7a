import { isBinaryValueLike, type Files } from '../../shared/n8n/itemFiles';
import { group, nameOf, oneOf } from '../../shared/n8n/checks';
import { bytesOfDataUri, isDataUri } from '../../shared/pictures/dataUri';
import { InputError } from '../../shared/n8n/inputError';
import { readPicture } from '../../shared/pictures/picture';
import { MAX_IMAGES_PER_EDIT } from '../../shared/limits';
import type { IBinaryData } from 'n8n-workflow';

/** One image of the request, in order: a file still in n8n, or an address that is sent as it is. */
export type ImageSource =
	| { kind: 'file'; label: string; file: IBinaryData }
	| { kind: 'url'; url: string };

const FIELD = 'Input Data Field Name(s)';
const naturalOrder = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
const PICTURE_NAME = /\.(png|jpe?g|webp|gif|avif|hei[cf])$/i;

const isImage = ({ mimeType, fileName }: IBinaryData) =>
	mimeType?.startsWith('image/') ||
	(mimeType === 'application/octet-stream' && PICTURE_NAME.test(fileName ?? ''));

function listOf(files: Files): string {
	const names = Object.keys(files);
	return names.length > 0
		? `The item has these files: ${names.join(', ')}.`
		: 'The item has no files at all: connect this node to one that gives files, or use a URL.';
}

const asSource = (label: string, file: IBinaryData): ImageSource => ({ kind: 'file', label, file });

function matching(pattern: string, files: Files): string[] {
	const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
	const shape = new RegExp(`^${parts.join('.*')}$`, 'su');
	return Object.keys(files)
		.filter((name) => shape.test(name))
		.sort(naturalOrder.compare);
}

function byName(name: string, files: Files): IBinaryData {
	// With the setting that moves files into the JSON, n8n itself names them by their path there.
	for (const known of [name, name.replace(/^_files\./, '')]) {
		if (Object.hasOwn(files, known)) return files[known]!;
	}
	throw new InputError(`The item has no file in the field '${name}' ('${FIELD}')`, listOf(files));
}

/** Names of one list, in its order; a pattern gives what the list has not named before. */
function fieldNames(list: string, files: Files): string[] {
	if (Object.hasOwn(files, list)) return [list];
	const names: string[] = [];
	for (const part of list.split(',').map((one) => one.trim())) {
		if (part === '') continue;
		if (!part.includes('*')) {
			names.push(part);
			continue;
		}
		const found = matching(part, files).filter((name) => !names.includes(name));
		const taken = part === '*' ? found.filter((name) => isImage(files[name]!)) : found;
		if (taken.length === 0 && part !== '*') {
			throw new InputError(`No file of the item matches '${part}' ('${FIELD}')`, listOf(files));
		}
		names.push(...taken);
	}
	return names;
}

function fromFields(value: unknown, files: Files): ImageSource[] {
	if (Array.isArray(value)) return value.flatMap((one) => fromFields(one, files));
	if (isBinaryValueLike(value)) return [asSource(value.fileName ?? 'file', value)];
	if (typeof value !== 'string' || value.trim() === '') {
		throw new InputError(
			`'${FIELD}' needs the name of a field that holds a file, but got ${nameOf(value)}`,
			`Type a name, several with commas between them, or * for every image. ${listOf(files)}`,
		);
	}
	return fieldNames(value.trim(), files).map((name) => asSource(name, byName(name, files)));
}

/** Lines of a text; a data URI holds commas, so lines are the only separator. */
function lines(value: unknown): unknown[] {
	if (Array.isArray(value)) return value.flatMap(lines);
	return typeof value === 'string'
		? value.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '')
		: [value];
}

function readDataUri(url: string): ImageSource {
	if (readPicture(bytesOfDataUri(url))?.whole) return { kind: 'url', url };
	throw new InputError(
		`'URL(s)' has a data URI that holds no whole picture: ${nameOf(url)}`,
		'It has to look like data:image/png;base64,… with all of a PNG, JPEG or WebP picture in it.',
	);
}

function readUrl(value: unknown): ImageSource {
	const url = typeof value === 'string' ? value.trim() : '';
	if (isDataUri(url)) return readDataUri(url);
	if (/^https?:\/\//i.test(url) && URL.canParse(url)) return { kind: 'url', url };
	throw new InputError(
		`'URL(s)' has something that is not the address of an image: ${nameOf(value)}`,
		'Each line needs an address that starts with http:// or https://, or a data URI of an image. For a file of the workflow choose Source: File.',
	);
}

function fromUrls(value: unknown): ImageSource[] {
	const found = lines(value);
	if (found.length === 0) {
		throw new InputError(
			"'URL(s)' is empty",
			'Give the address of an image, or remove this entry.',
		);
	}
	return found.map(readUrl);
}

/**
 * The images that the entries of 'Images' name, in order.
 *
 * @param entries the parameter's value, as n8n gives it
 * @param files the item's files by field name
 * @throws InputError for a name that is not there or an address that is none
 */
export function readImages(entries: unknown, files: Files): ImageSource[] {
	if (!Array.isArray(entries)) {
		throw new InputError(
			`'Images' needs a list of entries, but got ${nameOf(entries)}`,
			'Use the button Add Image.',
		);
	}
	return entries.flatMap((entry) => {
		const { source = 'binary', binaryPropertyName = '*', url } = group(entry, 'Images');
		return oneOf(['binary', 'url'])(source, 'Source') === 'url'
			? fromUrls(url)
			: fromFields(binaryPropertyName, files);
	});
}

const TOOL_HELP =
	"An agent gives its tools no files. Set the source in 'Images' to URL and let the model fill it, or take a file of another node with an expression.";

/**
 * @param isTool whether an agent calls the node
 * @throws InputError unless there are as many images as one edit takes
 */
export function checkCount(images: ImageSource[], files: Files, isTool: boolean): void {
	if (images.length === 0) {
		const help = isTool ? TOOL_HELP : `'Images' finds none here. ${listOf(files)}`;
		throw new InputError('There is no image to edit', help);
	}
	if (images.length > MAX_IMAGES_PER_EDIT) {
		throw new InputError(
			`There are ${images.length} images for one edit; fal takes up to ${MAX_IMAGES_PER_EDIT}`,
			"Name fewer files in 'Images', or split them over several items.",
		);
	}
}
