import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { isPublicHost } from '../../shared/fal/reachable';

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** Says above the output what was made, since that is what is charged. n8n before 1.82 has no such hints. */
export function hintMade(ctx: IExecuteFunctions, items: INodeExecutionData[]): void {
	const made = items.filter(({ json }) => json.error === undefined);
	const requests = new Set(made.map(({ json }) => json.request_id)).size;
	const images = made.reduce(
		(sum, { json }) => sum + (Array.isArray(json.images) ? json.images.length : 1),
		0,
	);
	if (images === 0) return;
	ctx.addExecutionHints?.({
		message: `Made ${count(images, 'image')} in ${count(requests, 'edit')}`,
		type: 'info',
		location: 'outputPane',
	});
}

/** An instance without a public address is the usual reason why no callback ever comes. */
export function hintLocalWebhook(ctx: IExecuteFunctions, webhookUrl?: string): void {
	if (!webhookUrl || isPublicHost(new URL(webhookUrl).hostname)) return;
	ctx.addExecutionHints?.({
		message:
			"fal cannot reach the 'Webhook URL': it is an address inside your network. Collect the images with Get Result, or give n8n a public address.",
		type: 'warning',
		location: 'outputPane',
	});
}
