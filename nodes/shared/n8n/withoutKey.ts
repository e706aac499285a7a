import type { INodeExecutionData } from 'n8n-workflow';

/** Some proxies repeat what they were sent, so that fal's words can hold the key. */
export function withoutKey(
	item: INodeExecutionData,
	redact: (text: string) => string,
): INodeExecutionData {
	const text = JSON.stringify(item.json);
	const clean = redact(text);
	return clean === text ? item : { ...item, json: JSON.parse(clean) as INodeExecutionData['json'] };
}
