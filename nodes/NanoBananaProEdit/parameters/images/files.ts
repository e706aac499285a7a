import { asFile, type Files } from '../../../shared/n8n/itemFiles';
import { nameOf } from '../../../shared/n8n/checks';
import { InputError } from '../../../shared/n8n/inputError';
import type { IBinaryData } from 'n8n-workflow';

/** A file that an entry of Images names. */
export interface FileSource {
	kind: 'file';
	/** its field, or where an expression gives it, its name */
	label: string;
	/** the entry of Images, for errors */
	entry: number;
	file: IBinaryData;
	/** whether it is passed over when it is no image, as * does */
	isOptional: boolean;
}

const FIELD = 'Input Data Field Name(s)';
const naturalOrder = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

const inEntry = (entry: number) => `('${FIELD}' in entry ${entry} of 'Images')`;

/** The item's files, in words. */
export function listOf(files: Files): string {
	const names = Object.keys(files);
	return names.length > 0
		? `The item has these files: ${names.join(', ')}.`
		: 'The item has no files. Connect a node that outputs files before this one, or set the source to URL.';
}

function matching(pattern: string, files: Files): string[] {
	const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
	const shape = new RegExp(`^${parts.join('.*')}$`, 'su');
	return Object.keys(files)
		.filter((name) => shape.test(name))
		.sort(naturalOrder.compare);
}

function byName(name: string, files: Files, entry: number): IBinaryData {
	// With the setting that moves files into the JSON, n8n itself names them by their path there.
	for (const known of [name, name.replace(/^_files\./, '')]) {
		if (Object.hasOwn(files, known)) return files[known]!;
	}
	throw new InputError(
		`The item has no file in the binary field '${name}' ${inEntry(entry)}`,
		listOf(files),
	);
}

type Named = [name: string, isOptional: boolean];

/** Names of one list, in its order; a pattern gives what the list has not named before. */
function fieldNames(list: string, files: Files, entry: number): Named[] {
	if (Object.hasOwn(files, list)) return [[list, false]];
	const names: Named[] = [];
	for (const part of list.split(',').map((one) => one.trim())) {
		if (part === '') continue;
		if (!part.includes('*')) {
			names.push([part, false]);
			continue;
		}
		const isAll = part === '*';
		const found = matching(part, files).filter((name) => !names.some(([known]) => known === name));
		if (found.length === 0 && !isAll) {
			throw new InputError(
				`No file of the item matches '${part}' ${inEntry(entry)}`,
				listOf(files),
			);
		}
		names.push(...found.map((name): Named => [name, isAll]));
	}
	return names;
}

/**
 * The files that one entry of Images names.
 *
 * @param value a name, names with commas between them, a pattern, a file, or a list of those
 * @throws InputError for a name that is not there
 */
export function readFiles(value: unknown, files: Files, entry: number): FileSource[] {
	if (Array.isArray(value)) return value.flatMap((one) => readFiles(one, files, entry));
	const given = asFile(value);
	if (given) {
		const label = given.fileName ?? 'file';
		return [{ kind: 'file', label, entry, file: given, isOptional: false }];
	}
	if (typeof value !== 'string' || value.trim() === '') {
		throw new InputError(
			`'${FIELD}' in entry ${entry} of 'Images' must be the name of a binary field, but is ${nameOf(value)}`,
			`Enter one name, several separated by commas, or * for every image. ${listOf(files)}`,
		);
	}
	return fieldNames(value.trim(), files, entry).map(([name, isOptional]) => {
		const file = byName(name, files, entry);
		return { kind: 'file', label: name, entry, file, isOptional };
	});
}
