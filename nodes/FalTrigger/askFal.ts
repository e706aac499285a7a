import type { KeyObject } from 'crypto';
import { FalFailure } from '../shared/fal/failure';
import { fittingKeys } from '../shared/fal/webhooks/keySet';
import { status } from '../shared/fal/queue/queue';
import { isSignedBy, type Signed } from '../shared/fal/webhooks/webhookSignature';
import { attempt } from '../shared/flow/attempt';
import { pause } from '../shared/flow/pause';
import { CALLBACK } from '../shared/limits';
import type { Connected } from '../shared/n8n/connection';
import { answer, type Answer } from './answer';

/** @returns the keys, one of which has signed the callback, or why it is not to be believed */
export async function keysOf(
	signed: Signed,
	{ connection }: Connected,
	signal: AbortSignal,
): Promise<KeyObject[] | Answer> {
	const fits = (keys: KeyObject[]) => isSignedBy(signed, keys);
	const fitting = await attempt(async () => await fittingKeys(connection, fits, signal));
	if ('error' in fitting) return answer(503, "fal's keys cannot be fetched");
	return fitting.value ?? answer(401, "the signature is not fal's");
}

/**
 * Looks the request up with the credential's own key: anybody can make fal sign a callback for a request
 * of another account.
 *
 * @returns why there is nothing to deliver, or undefined when the request is this account's and finished
 */
export async function lookUp(
	{ connection }: Connected,
	requestId: string,
	signal: AbortSignal,
): Promise<Answer | undefined> {
	for (;;) {
		const look = await attempt(async () => await status(connection, requestId, { signal }));
		if ('value' in look && look.value.status === 'COMPLETED') return undefined;
		const { status: code } = ('error' in look && (look.error as FalFailure).facts) || {};
		if (code === 404) return answer(404, 'this account has no such request');
		if ('error' in look) return answer(503, 'fal does not say where the request stands');
		const waited = await attempt(async () => await pause(CALLBACK.pause, signal));
		if ('error' in waited) return answer(503, 'the request is not finished');
	}
}
