import { described, type DriveFile } from './drive';
import { invalid } from './problem';

type Test = (file: DriveFile) => boolean;

const unquoted = (text = '') => text.replace(/\\(['\\])/g, '$1');

/** One term of a search as the API writes it. */
function testOf(term: string): Test {
	const [, parent] = term.match(/^'((?:[^'\\]|\\.)*)' in parents$/) ?? [];
	if (parent !== undefined) return ({ parents }) => parents.includes(unquoted(parent));
	const [, field, sign, quoted, bare] =
		term.match(/^(\w+) (=|!=|>|<) (?:'((?:[^'\\]|\\.)*)'|(true|false))$/) ?? [];
	if (field === 'trashed') return ({ trashed }) => String(trashed) === bare;
	if (field === 'mimeType') return ({ mimeType }) => (mimeType === quoted) === (sign === '=');
	if (field === 'createdTime' || field === 'modifiedTime') {
		const limit = Date.parse(unquoted(quoted));
		return (file) =>
			sign === '>' ? Date.parse(file[field]) > limit : Date.parse(file[field]) < limit;
	}
	throw invalid(`Invalid Value: ${term}`);
}

/** files.list, page by page, the newest first. */
export function search(files: DriveFile[], url: URL): object {
	const query = url.searchParams.get('q');
	const tests = query ? query.split(/ and /i).map((term) => testOf(term.trim())) : [];
	const found = files
		.filter((file) => tests.every((test) => test(file)))
		.sort((one, other) => other.modifiedTime.localeCompare(one.modifiedTime));
	const start = Number(url.searchParams.get('pageToken') ?? 0);
	const end = start + Number(url.searchParams.get('pageSize') ?? 100);
	const page = found.slice(start, end);
	const fields = url.searchParams.get('fields') ?? '';
	return {
		files: page.map((file) => described(file, fields.includes('files(*)') ? '*' : null)),
		...(end < found.length && { nextPageToken: String(end) }),
	};
}
