import { RecentMap } from '../../flow/recentMap';
import { WEBHOOK_ORDERS_KEPT } from '../../limits';
import { endOfPath, nonceIn, type CallbackData } from './callbackData';

/** How a callback comes in: where, and with which request's data. */
export interface Arrival {
	path: string;
	/** none where there is no callback data */
	nonce?: string;
}

const asText = ({ path, nonce = '' }: Arrival) => `${endOfPath(path)} ${nonce}`;

const dataOf = (nonce: string) => `data ${nonce}`;

/** What this process knows of callbacks to come: by request how its own comes in, by data the request. */
const known = new RecentMap<string, string>(2 * WEBHOOK_ORDERS_KEPT);

/** By request. fal shows it in no other place than the callback. */
const dataSent = new RecentMap<string, CallbackData>(WEBHOOK_ORDERS_KEPT);

/** What was sent along with a request, as far as this process knows; else nothing. */
export const callbackDataOf = (requestId: string): CallbackData => dataSent.get(requestId) ?? {};

/** To be called when fal has taken a submit: only then its request is known. */
export function noteWebhookOrder(requestId: string, webhookUrl: string, data?: CallbackData): void {
	if (data) dataSent.set(requestId, data);
	const nonce = nonceIn(webhookUrl);
	known.set(requestId, asText({ path: new URL(webhookUrl).pathname, nonce }));
}

/** Whether a callback comes in as it was ordered, with no other request's data, as far as is known. */
export function isAsOrdered(requestId: string, arrival: Arrival): boolean {
	const ordered = known.get(requestId) ?? asText(arrival);
	const first = arrival.nonce === undefined ? undefined : known.get(dataOf(arrival.nonce));
	return ordered === asText(arrival) && (first ?? requestId) === requestId;
}

/** Whether this process has submitted the request, with this data: then it is this account's. */
export const isSubmittedHere = (requestId: string, arrival: Arrival): boolean =>
	arrival.nonce !== undefined && known.get(requestId) === asText(arrival);

/** From here on the data with which a callback came in is this request's. */
export function noteData(requestId: string, { nonce }: Arrival): void {
	if (nonce !== undefined) known.set(dataOf(nonce), requestId);
}
