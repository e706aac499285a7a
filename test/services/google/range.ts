import { invalid } from './problem';

/** Part of a sheet, counted from 0; the ends are part of it. */
export interface Range {
	sheet: string;
	top: number;
	left: number;
	bottom: number;
	right: number;
}

const MOST_ROWS = 10_000_000;
const MOST_COLUMNS = 18_278;

function columnOf(letters: string): number {
	return [...letters.toUpperCase()].reduce((sum, one) => sum * 26 + one.charCodeAt(0) - 64, 0) - 1;
}

function corner(text: string) {
	const [, letters, digits] = text.match(/^([A-Za-z]{0,3})(\d*)$/) ?? [];
	if (letters === undefined || text === '') throw invalid(`Unable to parse range: ${text}`);
	return {
		column: letters ? columnOf(letters) : undefined,
		row: digits ? Number(digits) - 1 : undefined,
	};
}

/** A range in A1 notation: `Sheet1`, `'My sheet'!A1:B2`, `Sheet1!3:5`, `Sheet1!A:Z`, `Sheet1!B2`. */
export function parseRange(text: string): Range {
	const at = text.lastIndexOf('!');
	const sheet = (at < 0 ? text : text.slice(0, at)).replace(/^'(.*)'$/, '$1').replace(/''/g, "'");
	if (at < 0) return { sheet, top: 0, left: 0, bottom: MOST_ROWS, right: MOST_COLUMNS };
	const [from = '', to = from] = text.slice(at + 1).split(':');
	const [first, last] = [corner(from), corner(to)];
	return {
		sheet,
		top: first.row ?? 0,
		left: first.column ?? 0,
		bottom: last.row ?? MOST_ROWS,
		right: last.column ?? MOST_COLUMNS,
	};
}
