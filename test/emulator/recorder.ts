import type { Destination } from './proxy';
import { apiHosts } from './router';
import type { CallRecord, Headers, Stage } from './types';
import type { World } from './world';

/** Notes a call, and a key that stands where none belongs. */
export function recordCall(
	world: World,
	call: { stage: Stage; method: string; headers: Headers; requestId?: string },
	{ host, target, viaProxy }: Destination,
): CallRecord {
	const { stage, method, headers, requestId } = call;
	const record: CallRecord = {
		time: Date.now(),
		stage,
		method,
		url: target.href,
		requestId,
		headers,
		bodyBytes: 0,
		viaProxy,
	};
	world.records.push(record);
	const reason = leakIn(record, viaProxy || apiHosts.includes(host), world.settings.keys);
	if (reason) world.leaks.push({ time: record.time, stage, method, url: record.url, reason });
	return record;
}

function leakIn({ url, headers }: CallRecord, isApi: boolean, keys: string[]): string | undefined {
	const secrets = keys.flatMap((key) => [
		key,
		key.split(':')[1] ?? key,
		Buffer.from(key).toString('base64'),
	]);
	const holds = (text: string) => secrets.some((secret) => text.includes(secret));
	if (holds(url) || holds(decodeURIComponentSafely(url))) return 'the key stands in the URL';
	if (isApi) return undefined;
	if (headers.authorization !== undefined)
		return 'Authorization was sent to a host that is not an API';
	const bearer = Object.entries(headers).find(([, value]) => holds(value));
	return bearer && `the key stands in the header ${bearer[0]}`;
}

function decodeURIComponentSafely(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
