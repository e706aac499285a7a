import { WEBHOOK_ORDERS_KEPT } from '../../limits';
import { endOfPath, nonceIn } from './callbackData';

/** How a callback comes in: where, and with which order's data. */
export interface Arrival {
	path: string;
	/** none where there is no callback data */
	nonce?: string;
}

const asText = ({ path, nonce = '' }: Arrival) => `${endOfPath(path)} ${nonce}`;

/** What this process has ordered with a webhook, oldest first: by request, how its callback comes in. */
const arrivals = new Map<string, string>();

/** To be called when fal has taken an order: only then its request is known. */
export function noteWebhookOrder(requestId: string, webhookUrl: string): void {
	const nonce = nonceIn(webhookUrl);
	arrivals.set(requestId, asText({ path: new URL(webhookUrl).pathname, nonce }));
	const [oldest] = arrivals.keys();
	if (arrivals.size > WEBHOOK_ORDERS_KEPT) arrivals.delete(oldest!);
}

/** Whether a callback comes in as it was ordered, as far as this process knows. */
export function isAsOrdered(requestId: string, arrival: Arrival): boolean {
	const ordered = arrivals.get(requestId);
	return ordered === undefined || ordered === asText(arrival);
}
