import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { projectRoot } from '../../test/n8n/paths';

/** A text, and the file where it stands. */
export type Text = [place: string, text: string];

const filesOf = (...patterns: string[]) =>
	globSync(patterns, { cwd: projectRoot })
		.sort()
		.map((path) => join(projectRoot, path));

/** Those that have two words or more. */
const textsOf = (path: string, found: string[]): Text[] =>
	found
		.filter((text) => /\S [a-z]+/i.test(text))
		.map((text) => [relative(projectRoot, path), text]);

/** The texts of a source file; `…` stands for what is put in. */
function textsIn(path: string): Text[] {
	const found: string[] = [];
	const look = (node: ts.Node): void => {
		if (ts.isStringLiteralLike(node)) found.push(node.text);
		if (ts.isTemplateExpression(node)) {
			const parts = node.templateSpans.map(({ literal }) => literal.text);
			found.push([node.head.text, ...parts].join('…'));
		}
		node.forEachChild(look);
	};
	look(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest));
	return textsOf(path, found);
}

/** What a user meets in n8n: the panel, hints, errors and answers are all texts of the sources. */
export const shownTexts = (): Text[] =>
	filesOf('nodes/**/*.ts', 'credentials/*.ts').flatMap(textsIn);

/** What the templates say: names, notes, prompts, forms and messages. */
export const templateTexts = (): Text[] =>
	filesOf('workflows/*.json').flatMap((path) => {
		const found: string[] = [];
		JSON.parse(readFileSync(path, 'utf8'), (_key, value: unknown) => {
			if (typeof value === 'string') found.push(value);
		});
		return textsOf(path, found);
	});

// `npm run texts`: all of them, so that `diff` of two versions shows what a user reads otherwise.
if (require.main === module) {
	for (const [place, text] of [...shownTexts(), ...templateTexts()])
		process.stdout.write(`${place}: ${text.replace(/\s+/g, ' ')}\n`);
}
