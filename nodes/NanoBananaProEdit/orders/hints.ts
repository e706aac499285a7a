import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { isPublicHost } from '../../shared/fal/http/reachable';

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** ` for 0.30 USD`, as far as it is known. */
function totalOf(made: INodeExecutionData[]): string {
	const paid = made.filter(({ json }) => json.billable_units !== undefined);
	if (paid.length === 0) return '';
	const sum = paid.reduce((total, { json }) => total + Number(json.cost), 0);
	const isWhole = Math.abs(sum - Number(sum.toFixed(2))) < 1e-6;
	const least = paid.length < made.length ? ' at least' : '';
	return ` for${least} ${sum.toFixed(isWhole ? 2 : 4)} ${String(paid[0]?.json.cost_currency)}`;
}

const imagesIn = (items: INodeExecutionData[]) =>
	items.reduce((sum, { json }) => sum + (Array.isArray(json.images) ? json.images.length : 1), 0);

/** `6 images in 2 edits` */
const amount = (items: INodeExecutionData[]) => {
	const requests = new Set(items.map(({ json }) => json.request_id)).size;
	return `${count(imagesIn(items), 'image')} in ${count(requests, 'edit')}`;
};

/** Says above the output what was made and what that has cost. n8n before 1.82 has no such hints. */
export function hintMade(ctx: IExecuteFunctions, items: INodeExecutionData[]): void {
	const good = items.filter(({ json }) => json.error === undefined);
	const made = good.filter(({ json }) => json.reused !== true);
	const reused = imagesIn(good) - imagesIn(made);
	const parts = [
		made.length > 0 && `Made ${amount(made)}${totalOf(made)}`,
		reused > 0 && `Reused ${count(reused, 'image')} of earlier edits`,
	].filter(Boolean);
	if (parts.length === 0) return;
	ctx.addExecutionHints?.({ message: parts.join('. '), type: 'info', location: 'outputPane' });
}

/** Says above the output what the images of earlier orders have cost, as far as it is known. */
export function hintFetched(ctx: IExecuteFunctions, items: INodeExecutionData[]): void {
	const paid = items.filter(({ json }) => json.billable_units !== undefined);
	if (paid.length === 0) return;
	const message = `Fetched ${amount(paid)}${totalOf(paid)}`;
	ctx.addExecutionHints?.({ message, type: 'info', location: 'outputPane' });
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
