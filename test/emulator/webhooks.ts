import type { FaultRule } from './faults';
import type { LiveJob, Outcome } from './outcome';
import type { World } from './world';

const firstTimeout = 15_000;

/**
 * Posts the end of a request to its webhook until a 2xx comes.
 * fal drops loopback targets; here there is nothing else to post to.
 */
export async function deliverWebhook(world: World, live: LiveJob): Promise<void> {
	const { job, outcome, prompt } = live;
	if (!job.webhookUrl || !outcome) return;
	const rule = world.faults.take('webhook', 'webhook', { text: prompt, requestId: job.id });
	if (rule?.kind === 'never') return;
	const body = JSON.stringify(await webhookBody(job.id, outcome, rule));
	const deliveries = rule?.kind === 'twice' ? 2 : 1;
	for (let copy = 0; copy < deliveries; copy += 1) await untilTaken(world, live, body, rule);
}

async function untilTaken(
	world: World,
	live: LiveJob,
	body: string,
	rule?: FaultRule,
): Promise<void> {
	for (const wait of [0, ...world.settings.webhookBackoff]) {
		await world.clock.sleep(wait);
		if (live.abandoned) return;
		const status = await post(world, live, body, rule);
		// fal takes a redirect for a permanent failure.
		if (status !== undefined && status < 400) return;
	}
}

async function post(
	world: World,
	live: LiveJob,
	body: string,
	rule?: FaultRule,
): Promise<number | undefined> {
	const { job } = live;
	const fiveMinutesAndMore = Math.floor(Date.now() / 1000) - 301;
	const headers = world.signer.headers(
		job.id,
		body,
		rule?.kind === 'stale' ? fiveMinutesAndMore : undefined,
	);
	if (rule?.kind === 'bad-signature') headers['x-fal-webhook-signature'] = '00'.repeat(64);
	try {
		const response = await fetch(job.webhookUrl ?? '', {
			method: 'POST',
			headers,
			body,
			redirect: 'manual',
			signal: AbortSignal.timeout(firstTimeout),
		});
		job.webhookDeliveries.push({ time: Date.now(), statusCode: response.status });
		await response.arrayBuffer();
		return response.status;
	} catch (error) {
		job.webhookDeliveries.push({ time: Date.now(), error: String(error) });
		return undefined;
	}
}

async function webhookBody(id: string, outcome: Outcome, rule?: FaultRule): Promise<unknown> {
	const ids = { request_id: id, gateway_request_id: id };
	if ('failure' in outcome) {
		const { status, body } = outcome.failure;
		return { ...ids, status: 'ERROR', error: `Invalid status code: ${status}`, payload: body };
	}
	if (rule?.kind === 'payload-null') {
		const payload_error = 'Response payload is not JSON serializable.';
		return { ...ids, status: 'OK', payload: null, payload_error };
	}
	return { ...ids, status: 'OK', payload: await outcome.output };
}
