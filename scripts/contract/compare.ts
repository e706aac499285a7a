/** What a schema says of one field; a thing it does not say is missing. */
export interface FieldShape {
	type: 'string' | 'integer' | 'number' | 'boolean' | 'array';
	required: boolean;
	/** the only values it takes */
	values?: string[];
	default?: unknown;
	min?: number;
	max?: number;
}

export type Shapes = Record<string, FieldShape>;

const shown = (value: unknown) => JSON.stringify(value);

function differencesIn(name: string, ours: FieldShape, theirs: FieldShape): string[] {
	const told: string[] = [];
	const gone = (ours.values ?? []).filter((one) => theirs.values && !theirs.values.includes(one));
	const fresh = (theirs.values ?? []).filter((one) => ours.values && !ours.values.includes(one));
	if (fresh.length > 0) told.push(`${name} takes new values: ${fresh.join(', ')}`);
	if (gone.length > 0) told.push(`${name} no longer takes: ${gone.join(', ')}`);
	for (const fact of ['type', 'required', 'default', 'min', 'max'] as const) {
		const [here, there] = [ours[fact], theirs[fact]];
		// What one of both does not say is no difference.
		if (here === undefined || there === undefined || here === there) continue;
		told.push(`${name}: ${fact} is ${shown(there)} at fal, ${shown(here)} here`);
	}
	return told;
}

/**
 * Compares our schema with fal's.
 *
 * @param mayLack fields of ours that this source of fal's need not have
 * @returns one sentence for each difference, fields in the order of ours, then fal's new ones
 */
export function compare(ours: Shapes, theirs: Shapes, mayLack: string[] = []): string[] {
	const known = Object.entries(ours).flatMap(([name, shape]) => {
		const there = theirs[name];
		if (there) return differencesIn(name, shape, there);
		return mayLack.includes(name) ? [] : [`${name} is gone`];
	});
	const fresh = Object.entries(theirs)
		.filter(([name]) => !(name in ours))
		.map(([name, shape]) => `${name} is new: ${shown(shape)}`);
	return [...known, ...fresh];
}
