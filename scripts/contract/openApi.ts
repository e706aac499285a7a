import type { FieldShape, Shapes } from './compare';

export const OPEN_API =
	'https://fal.ai/api/openapi/queue/openapi.json?endpoint_id=fal-ai/nano-banana-pro/edit';

interface Schema {
	$ref?: string;
	type?: string;
	enum?: unknown[];
	const?: unknown;
	default?: unknown;
	minimum?: number;
	maximum?: number;
	anyOf?: Schema[];
	allOf?: Schema[];
	properties?: Record<string, Schema>;
	required?: string[];
}

interface Document {
	paths?: Record<
		string,
		{ post?: { requestBody?: { content?: Record<string, { schema?: Schema }> } } }
	>;
	components?: { schemas?: Record<string, Schema> };
}

/** A reference, or a field that may also be null, as the schema that says something. */
function resolved(schema: Schema, document: Document): Schema {
	const { $ref, anyOf, allOf, ...own } = schema;
	const name = $ref?.split('/').at(-1);
	const meant =
		(name && document.components?.schemas?.[name]) ??
		allOf?.[0] ??
		anyOf?.find(({ type }) => type !== 'null');
	return meant ? { ...resolved(meant, document), ...own } : schema;
}

function shapeOf(schema: Schema, required: boolean): FieldShape {
	const { type, minimum, maximum } = schema;
	const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
	return {
		type: type as FieldShape['type'],
		required,
		...(values && { values: values.filter((one) => one !== null).map(String) }),
		...(schema.default !== undefined && { default: schema.default }),
		...(minimum !== undefined && { min: minimum }),
		...(maximum !== undefined && { max: maximum }),
	};
}

/**
 * The fields of the endpoint's input.
 *
 * @throws Error when the document has no such endpoint: an empty answer must not pass for an equal one
 */
export function shapesOfOpenApi(document: Document, endpoint: string): Shapes {
	const { post } = document.paths?.[`/${endpoint}`] ?? {};
	const body = post?.requestBody?.content?.['application/json']?.schema;
	const { properties, required = [] } = body ? resolved(body, document) : ({} as Schema);
	if (!properties) throw new Error(`The document does not describe the input of ${endpoint}`);
	return Object.fromEntries(
		Object.entries(properties).map(([name, schema]) => [
			name,
			shapeOf(resolved(schema, document), required.includes(name)),
		]),
	);
}
