import type { ICredentialDataDecryptedObject, IWebhookFunctions } from 'n8n-workflow';
import { OPENED_CREDENTIAL } from '../shared/limits';

interface Opened {
	/** ms, by the clock that nobody sets */
	since: number;
	credential: Promise<ICredentialDataDecryptedObject>;
}

const opened = new Map<string, Opened>();

/** By age and not by a timer, which would keep the process from its end. */
function forgetOld(): void {
	for (const [key, { since }] of opened)
		if (performance.now() - since > OPENED_CREDENTIAL) opened.delete(key);
}

/**
 * The credential of a trigger, opened once for all callbacks of a moment: n8n starts an engine for
 * expressions each time, some 30 ms of its one processor, and callbacks come in bursts.
 */
export async function openedCredential(
	ctx: IWebhookFunctions,
): Promise<ICredentialDataDecryptedObject> {
	const key = `${ctx.getWorkflow().id} ${ctx.getNode().id}`;
	forgetOld();
	const found = opened.get(key);
	if (found) return await found.credential;
	const credential = ctx.getCredentials('falApi');
	opened.set(key, { since: performance.now(), credential });
	credential.catch(() => opened.delete(key));
	return await credential;
}
