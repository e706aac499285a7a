import type { ICredentialDataDecryptedObject, IWebhookFunctions } from 'n8n-workflow';
import { OPENED_CREDENTIAL } from '../shared/limits';
import { pause } from '../shared/flow/pause';

const opened = new Map<string, Promise<ICredentialDataDecryptedObject>>();

/**
 * The credential of a trigger, opened once for all callbacks of a moment: n8n starts an engine for
 * expressions each time, some 30 ms of its one processor, and callbacks come in bursts.
 */
export async function openedCredential(
	ctx: IWebhookFunctions,
): Promise<ICredentialDataDecryptedObject> {
	const key = `${ctx.getWorkflow().id} ${ctx.getNode().id}`;
	const found = opened.get(key);
	if (found) return await found;
	const opening = ctx.getCredentials('falApi');
	opened.set(key, opening);
	const forget = () => void opened.delete(key);
	void opening.then(async () => await pause(OPENED_CREDENTIAL.kept)).then(forget, forget);
	return await opening;
}
