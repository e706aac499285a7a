import ts from 'typescript';
import type { FieldShape, Shapes } from './compare';

/** The published client's type of the endpoint's input. */
export const INPUT_TYPE = 'NanoBananaProEditInput';

function aliasIn(source: ts.SourceFile, name: string): ts.TypeLiteralNode {
	const found = source.statements.find(
		(one): one is ts.TypeAliasDeclaration =>
			ts.isTypeAliasDeclaration(one) && one.name.text === name,
	);
	if (found && ts.isTypeLiteralNode(found.type)) return found.type;
	if (found && ts.isTypeReferenceNode(found.type))
		return aliasIn(source, found.type.getText(source));
	throw new Error(`The client's types have no ${name}`);
}

/** `string`, `"a" | "b"`, `Array<string>` …; the types do not tell a whole number from another. */
function kindOf(text: string): Pick<FieldShape, 'values'> & { type?: FieldShape['type'] } {
	const values = [...text.matchAll(/"([^"]*)"/g)].map(([, value = '']) => value);
	if (values.length > 0) return { type: 'string', values };
	if (/^(Array<|\w+\[\])/.test(text)) return { type: 'array' };
	return text === 'number' ? {} : { type: text as FieldShape['type'] };
}

/** "Default value: `"png"`", as fal's generator writes it. */
function defaultIn(comment: string, type: FieldShape['type'] | undefined): { default?: unknown } {
	const [, written] = /Default value: `([^`]*)`/.exec(comment) ?? [];
	if (written === undefined) return {};
	const bare = written.replace(/^"(.*)"$/, '$1');
	return { default: type === 'string' ? bare : (JSON.parse(bare) as unknown) };
}

/**
 * The fields of a type in the client's `endpoints.d.ts`.
 *
 * @throws Error when there is no such type
 */
export function shapesOfTypes(text: string, name = INPUT_TYPE): Shapes {
	const source = ts.createSourceFile('endpoints.d.ts', text, ts.ScriptTarget.ES2022, true);
	const members = aliasIn(source, name).members.filter(ts.isPropertySignature);
	return Object.fromEntries(
		members.map((member) => {
			const kind = kindOf(member.type?.getText(source) ?? '');
			const comment = source.text.slice(member.getFullStart(), member.getStart(source));
			const shape = {
				...kind,
				required: member.questionToken === undefined,
				...defaultIn(comment, kind.type),
			} as FieldShape;
			return [member.name.getText(source), shape];
		}),
	);
}
