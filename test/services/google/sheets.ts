import { jsonAnswer, type ServiceAnswer, type ServiceCall } from '../server';
import type { Accounts } from './accounts';
import { invalid, notFound, Problem } from './problem';
import { parseRange } from './range';

type Cell = string | number | boolean;
type Row = Cell[];
type InputOption = 'RAW' | 'USER_ENTERED';

const LONGEST_CELL = 50_000;

/** What Google makes of typed text: numbers become numbers, and a formula is none of our results. */
function entered(value: unknown, option: unknown): Cell {
	if (option !== 'RAW' && option !== 'USER_ENTERED') {
		throw invalid("'valueInputOption' is required but not specified");
	}
	if (typeof value === 'number' || typeof value === 'boolean') return value;
	if (typeof value !== 'string') throw invalid('Invalid values: list_value or struct_value');
	if (value.length > LONGEST_CELL) {
		throw invalid(
			'Your input contains more than the maximum of 50000 characters in a single cell.',
		);
	}
	if (option === 'RAW') return value;
	if (value.startsWith('=')) return '#ERROR!';
	return value.trim() !== '' && !Number.isNaN(Number(value)) ? Number(value) : value;
}

const isEmpty = (cell?: Cell) => cell === undefined || cell === '';

/** As the API gives values: empty cells at the end of a row, and empty rows at the end, are left out. */
function trimmed(rows: Row[]): Row[] {
	const short = rows.map((row) => {
		const length = row.findLastIndex((cell) => !isEmpty(cell)) + 1;
		return Array.from({ length }, (_, at) => row[at] ?? '');
	});
	return short.slice(0, short.findLastIndex((row) => row.length > 0) + 1);
}

/** Google Sheets on this machine: one spreadsheet with one sheet. */
export class Sheets {
	readonly id = '1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgVE2upms';
	readonly url = `https://docs.google.com/spreadsheets/d/${this.id}/edit#gid=0`;
	readonly title = 'Images';
	rows: Row[] = [];
	/** calls that read and calls that write: 60 of each are allowed to a user in a minute */
	readonly calls = { read: 0, write: 0 };

	constructor(private readonly accounts: Accounts) {}

	/** The rows below the head, by the head's names. */
	get records(): Array<Record<string, Cell>> {
		const [head = [], ...rows] = this.rows;
		return rows.map((row) =>
			Object.fromEntries(head.map((name, at) => [String(name), row[at] ?? ''])),
		);
	}

	/** https://sheets.googleapis.com */
	answer(call: ServiceCall): ServiceAnswer {
		try {
			const isRead = call.method === 'GET';
			this.accounts.admit(call, ['spreadsheets', 'drive', 'drive.file']);
			this.calls[isRead ? 'read' : 'write']++;
			return jsonAnswer(200, this.dispatch(call));
		} catch (error) {
			if (error instanceof Problem) return error.answer;
			throw error;
		}
	}

	private dispatch({ method, url, body }: ServiceCall): object {
		const [, id, rest = ''] = url.pathname.match(/^\/v4\/spreadsheets\/([^/:]+)(.*)$/) ?? [];
		if (id !== this.id) throw notFound('Requested entity');
		const content = body.length > 0 ? (JSON.parse(body.toString('utf8')) as object) : {};
		if (method === 'GET' && rest === '') return { sheets: [{ properties: this.properties }] };
		if (method === 'POST' && rest === '/values:batchUpdate') return this.updateMany(content);
		if (method === 'POST' && rest === ':batchUpdate') return { spreadsheetId: id, replies: [{}] };
		const [, range = '', append] = rest.match(/^\/values\/(.+?)(:append)?$/) ?? [];
		const name = decodeURIComponent(range);
		if (method === 'GET') return { range: name, majorDimension: 'ROWS', ...this.read(name) };
		const { values = [] } = content as { values?: unknown[][] };
		const option = url.searchParams.get('valueInputOption');
		if (method === 'PUT') return this.write(name, values, option);
		if (method === 'POST' && append) return this.append(values, option);
		throw notFound('Requested entity');
	}

	private get properties() {
		const gridProperties = { rowCount: 1_000, columnCount: 26 };
		return { sheetId: 0, title: this.title, index: 0, sheetType: 'GRID', gridProperties };
	}

	private find(text: string) {
		const range = parseRange(text);
		if (range.sheet !== this.title) throw invalid(`Unable to parse range: ${text}`);
		return range;
	}

	private read(text: string): { values?: Row[] } {
		const { top, left, bottom, right } = this.find(text);
		const values = trimmed(
			this.rows.slice(top, bottom + 1).map((row) => row.slice(left, right + 1)),
		);
		// Where there is nothing, the field is missing.
		return values.length > 0 ? { values } : {};
	}

	private write(text: string, values: unknown[][], option: unknown): object {
		const { top, left } = this.find(text);
		for (const [down, cells] of values.entries()) {
			const row = (this.rows[top + down] ??= []);
			for (const [across, value] of cells.entries()) {
				if (value !== null) row[left + across] = entered(value, option);
			}
		}
		this.rows = Array.from(this.rows, (row) => Array.from(row ?? [], (cell) => cell ?? ''));
		return { spreadsheetId: this.id, updatedRange: text };
	}

	private updateMany(content: object): object {
		const { data, valueInputOption } = content as {
			data: Array<{ range: string; values: unknown[][] }>;
			valueInputOption?: InputOption;
		};
		const responses = data.map(({ range, values }) => this.write(range, values, valueInputOption));
		return { spreadsheetId: this.id, totalUpdatedCells: data.length, responses };
	}

	private append(values: unknown[][], option: unknown): object {
		return this.write(`${this.title}!A${this.rows.length + 1}`, values, option);
	}
}
