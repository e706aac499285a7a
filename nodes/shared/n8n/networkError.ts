import { BLOCKED_BY_N8N, type FailureFacts } from '../fal/failure';
import { parsedUrl } from '../fal/http/parsedUrl';

/** What Node says of a connection that failed. */
interface NodeError {
	code?: string;
	message?: string;
	cause?: NodeError;
	/** of a name with several addresses, what each attempt has come to */
	errors?: NodeError[];
	hostname?: string;
	address?: string;
	port?: number;
}

/** n8n's protection of the inner network says so by the error's name only, some levels down. */
function isBlockedByN8n(error: unknown): boolean {
	for (let one = error as Error | undefined; one; one = one.cause as Error | undefined)
		if (/^Ssrf/.test(one.name)) return true;
	return false;
}

/** The network's own word for what went wrong. */
function networkCode({ code, cause, message = '' }: NodeError): string {
	// A proxy or TLS failure stands one level down.
	const known = [cause?.code, code].find(
		(one) => typeof one === 'string' && one !== 'ERR_BAD_REQUEST',
	);
	return known ?? (/timeout/i.test(message) ? 'TIMEOUT' : 'NO_ANSWER');
}

const portOf = ({ port, protocol }: URL) => Number(port || (protocol === 'https:' ? 443 : 80));

/** The proxy at which a call has ended: the end that Node names is not the one that was called. */
function proxyIn({ cause, ...error }: NodeError, called: string): string | undefined {
	const last = cause ?? error;
	const { hostname, address, port } = last.errors?.[0] ?? last;
	const url = parsedUrl(called);
	if (!url) return undefined;
	if (hostname) return hostname === url.hostname ? undefined : hostname;
	return address && port && port !== portOf(url) ? `${address}:${port}` : undefined;
}

/**
 * What is known of a call without an answer. All else in n8n's error is dropped, since it holds the request
 * with the key.
 *
 * @param called the address
 */
export function networkFacts(error: unknown, called: string): FailureFacts {
	if (isBlockedByN8n(error)) return { network: BLOCKED_BY_N8N };
	const proxy = proxyIn(Object(error) as NodeError, called);
	return { network: networkCode(Object(error) as NodeError), ...(proxy && { proxy }) };
}
