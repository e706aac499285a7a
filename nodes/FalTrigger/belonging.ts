import { isAsOrdered, type Arrival } from '../shared/fal/webhooks/webhookOrders';
import { SEEN_CALLBACKS } from '../shared/limits';

interface Arrived {
	request_id: string;
	arrival?: Arrival;
}

/** The request that each order's data has come with in this process, by the data's nonce, oldest first. */
const requests = new Map<string | undefined, string>();

/** Whether a callback comes in as it was ordered, and with data that belongs to no other request. */
export function isItsOwn({ request_id, arrival }: Arrived): boolean {
	if (!arrival) return true;
	const first = requests.get(arrival.nonce) ?? request_id;
	return first === request_id && isAsOrdered(request_id, arrival);
}

/** From here on the data belongs to this request. */
export function belongTogether({ request_id, arrival }: Arrived): void {
	if (arrival?.nonce === undefined) return;
	requests.set(arrival.nonce, request_id);
	const [oldest] = requests.keys();
	if (requests.size > SEEN_CALLBACKS.kept) requests.delete(oldest!);
}
