import type { INodeExecutionData } from 'n8n-workflow';

type Redact = (text: string) => string;

/** Copies a value with every text redacted; an object that holds itself holds its copy then. */
function redacted(value: unknown, redact: Redact, copies = new Map<unknown, unknown>()): unknown {
	if (typeof value === 'string') return redact(value);
	if (typeof value !== 'object' || value === null || value instanceof Date) return value;
	const known = copies.get(value);
	if (known) return known;
	const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {};
	copies.set(value, copy);
	for (const [name, one] of Object.entries(value))
		(copy as Record<string, unknown>)[redact(name)] = redacted(one, redact, copies);
	return copy;
}

function mayHoldKey(json: unknown, redact: Redact): boolean {
	try {
		const text = JSON.stringify(json);
		return redact(text) !== text;
	} catch {
		// What cannot be written as text, such as a circle, is looked through piece by piece.
		return true;
	}
}

/** Some proxies repeat what they were sent, so that fal's words can hold the key. */
export const withoutKey = (item: INodeExecutionData, redact: Redact): INodeExecutionData =>
	mayHoldKey(item.json, redact)
		? { ...item, json: redacted(item.json, redact) as INodeExecutionData['json'] }
		: item;
