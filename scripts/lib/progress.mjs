const heartbeatMs = 10_000;

/** A time in words, from ms. */
export function duration(ms) {
	const total = ms / 1000;
	if (total < 10) return `${total.toFixed(1)} s`;
	if (total < 60) return `${Math.round(total)} s`;
	return `${Math.floor(total / 60)} min ${Math.round(total % 60)} s`;
}

const seconds = (since) => duration(Date.now() - since);

/**
 * Says what starts, that it still goes on, and how long it took. npm prints nothing for
 * minutes when its output goes to a file, and silence looks like a hang.
 */
export async function withProgress(what, work) {
	const start = Date.now();
	console.log(`• ${what} …`);
	const heartbeat = setInterval(() => {
		console.log(`  … still at it, ${seconds(start)}`);
	}, heartbeatMs);
	try {
		const result = await work();
		console.log(`  done in ${seconds(start)}`);
		return result;
	} finally {
		clearInterval(heartbeat);
	}
}
