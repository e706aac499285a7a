import type { INode } from 'n8n-workflow';
import { isNoAccess } from '../shared/fal/account/platform';
import { attempt, type Outcome } from '../shared/flow/attempt';
import { connect, type Connected } from '../shared/n8n/connection';
import { InputError } from '../shared/n8n/inputError';
import { toNodeError, type NodeFailure } from '../shared/n8n/nodeErrors';

/** What n8n is told of a history that cannot be read, or a credential that cannot be right. */
function failureOf(
	node: INode,
	error: unknown,
	reader: string,
	connected?: Connected,
): NodeFailure {
	const failure = toNodeError(node, error, 0, connected?.redact);
	if (!isNoAccess(error)) return failure;
	const own = connected?.connection.proxyUrl
		? "This credential (its 'Proxy URL' or its API key)"
		: 'This API key';
	failure.description = [failure.message, failure.description].filter(Boolean).join('. ');
	failure.message = `${own} has no access to fal's request history, which ${reader} needs`;
	return failure;
}

/**
 * Does what needs fal's request history.
 *
 * @param reader what it is for, in a user's words
 * @throws NodeApiError or NodeOperationError for whatever goes wrong; `context.isLasting` where trying again gives
 * the same
 */
export async function withHistory<T>(
	ctx: Parameters<typeof connect>[0],
	reader: string,
	read: (connected: Connected) => Promise<T>,
): Promise<T> {
	const connected = await attempt(async () => await connect(ctx));
	const to = 'value' in connected ? connected.value : undefined;
	const done = to ? await attempt(async () => await read(to)) : (connected as Outcome<T>);
	if ('value' in done) return done.value;
	const { error } = done;
	const failure = failureOf(ctx.getNode(), error, reader, to);
	failure.context.isLasting = isNoAccess(error) || error instanceof InputError;
	throw failure;
}
