// setTimeout for bundled packages, made of n8n's own sleep: community nodes may not use the global timers.
import { sleep } from 'n8n-workflow';

const stops = new WeakMap();

export function setTimeout(run, ms, ...args) {
	const handle = {};
	const stop = new AbortController();
	stops.set(handle, stop);
	sleep(ms ?? 0, stop.signal).then(
		() => stop.signal.aborted || run(...args),
		() => {},
	);
	return handle;
}

export function clearTimeout(handle) {
	if (handle) stops.get(handle)?.abort();
}
