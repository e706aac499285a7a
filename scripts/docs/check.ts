/** A page, by its path from the project's folder. */
export interface Page {
	path: string;
	text: string;
}

export interface Docs {
	pages: Page[];
	/** whether a path from the project's folder leads to something */
	exists: (path: string) => boolean;
	/** the parameters' names, as workflows have them: each must stand in a page */
	parameters: string[];
	/** these and the fields inside them: what a table may name */
	known: string[];
	/** where the tables of parameters stand */
	parameterPages: string[];
}

const withoutCode = (text: string) => text.replace(/^```[\s\S]*?^```/gm, '');

/** A heading's anchor, as GitHub makes it. */
const anchorOf = (heading: string) =>
	heading
		.toLowerCase()
		.replace(/[^\p{L}\p{N}\s_-]/gu, '')
		.trim()
		.replace(/\s/g, '-');

const anchorsIn = (text: string) =>
	[...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

function resolve(from: string, link: string): string {
	const parts = [...from.split('/').slice(0, -1), ...link.split('/')];
	const path: string[] = [];
	for (const part of parts) {
		if (part === '..') path.pop();
		else if (part !== '.' && part !== '') path.push(part);
	}
	return path.join('/');
}

function deadLinks(page: Page, { pages, exists }: Docs): string[] {
	const inline = [...withoutCode(page.text).matchAll(/\]\(([^)\s]+)\)/g)];
	const named = [...page.text.matchAll(/^\[[^\]]+\]: (\S+)$/gm)];
	return [...inline, ...named]
		.map(([, link = '']) => link)
		.filter((link) => !/^[a-z]+:/.test(link))
		.flatMap((link) => {
			const [file = '', anchor] = link.split('#');
			const path = file === '' ? page.path : resolve(page.path, file);
			const target = pages.find((one) => one.path === path);
			if (!target && !exists(path)) return [`${page.path}: ${link} leads nowhere`];
			if (anchor === undefined || !target || anchorsIn(target.text).includes(anchor)) return [];
			return [`${page.path}: ${link} has no such heading`];
		});
}

/** The names in code in the column "Name in workflows" of every table that has one. */
function namesInTables(text: string): string[] {
	const lines = text.split('\n');
	return lines.flatMap((line, at) => {
		const column = cellsOf(line).indexOf('Name in workflows');
		if (column < 0) return [];
		const rows = lines.slice(at + 2);
		const end = rows.findIndex((row) => !row.startsWith('|'));
		return rows
			.slice(0, end < 0 ? undefined : end)
			.flatMap((row) => [...(cellsOf(row)[column] ?? '').matchAll(/`\.?(\w+)/g)])
			.map(([, name = '']) => name);
	});
}

const cellsOf = (row: string) =>
	row
		.split('|')
		.slice(1, -1)
		.map((cell) => cell.trim());

/** @returns a sentence for each thing that is wrong */
export function problemsIn(docs: Docs): string[] {
	const { pages, parameters, known, parameterPages } = docs;
	const texts = pages.filter(({ path }) => parameterPages.includes(path)).map(({ text }) => text);
	const named = texts.flatMap(namesInTables);
	const told = (name: string) => texts.some((text) => new RegExp(`\`${name}[\`.]`).test(text));
	return [
		...pages.flatMap((page) => deadLinks(page, docs)),
		...parameters.filter((name) => !told(name)).map((name) => `${name} stands in no page`),
		...named
			.filter((name) => !known.includes(name))
			.map((name) => `${name} stands in a table, and is no parameter`),
	];
}
