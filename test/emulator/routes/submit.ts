import { createHash, randomUUID } from 'node:crypto';

import { checkKey, lockOf, refuseSubmit } from '../auth';
import { failureAnswer, refused } from '../errors';
import { detail, isObject, json, parseJson, type Answer, type Call } from '../http';
import { isLifecycle } from '../media';
import type { LiveJob } from '../outcome';
import { schemaErrors, unknownKeys } from '../schema';
import type { World } from '../world';
import { requestUrls } from './urls';

const endpoints = ['fal-ai/nano-banana-pro/edit', 'fal-ai/gemini-3-pro-image-preview/edit'];

/** `POST https://queue.fal.run/{endpoint}` */
export function submit(world: World, call: Call): Answer {
	const taken = take(world, call);
	if ('status' in taken) return taken;
	const { job } = taken;
	const body = {
		status: 'IN_QUEUE',
		request_id: job.id,
		...requestUrls(job),
		logs: null,
		metrics: {},
		queue_position: Math.max(0, world.queue.position(taken)),
	};
	return json(200, body, { 'x-fal-request-id': job.id });
}

/** Makes the job, or says why not. */
export function take(world: World, call: Call): LiveJob | Answer {
	const endpoint = call.params.endpoint;
	const check = checkKey(call, world.settings);
	if ('problem' in check) return refuseSubmit(check.problem, endpoint);
	const refusal = lockOf(check.key, world.settings) ?? wrongCall(world, call);
	if (refusal) return refusal;
	const input = parseJson(call.body);
	if (!input)
		return json(422, {
			detail: [{ loc: ['body', 0], msg: 'JSON decode error', type: 'json_invalid' }],
		});
	const errors = world.settings.validateAt === 'submit' ? schemaErrors(input.value) : [];
	if (errors.length > 0) return failureAnswer(refused(errors));
	const live = liveJob(call, check.key, input.value);
	const seconds = call.headers['x-fal-request-timeout'];
	world.queue.add(live, seconds === undefined ? undefined : Number(seconds) * 1000);
	return live;
}

function wrongCall(world: World, { params, headers, target }: Call): Answer | undefined {
	if (!endpoints.includes(params.endpoint))
		return detail(404, `Application "${params.endpoint}" not found`);
	if (!headers['content-type']?.includes('application/json'))
		return detail(422, 'Content-Type must be application/json');
	const timeout = headers['x-fal-request-timeout'];
	// `!(a > b)` also catches what is no number.
	if (timeout !== undefined && !(Number(timeout) > 0.1))
		return detail(400, 'Invalid x-fal-request-timeout header');
	const priority = headers['x-fal-queue-priority'] ?? 'normal';
	if (!['normal', 'low'].includes(priority))
		return detail(400, 'Invalid x-fal-queue-priority header');
	if (!isLifecycle(headers['x-fal-object-lifecycle-preference'])) {
		return detail(400, 'Invalid x-fal-object-lifecycle-preference header');
	}
	const webhook = target.searchParams.get('fal_webhook');
	if (
		webhook !== null &&
		!/^https?:$/.test(URL.canParse(webhook) ? new URL(webhook).protocol : '')
	) {
		return detail(400, 'Invalid fal_webhook URL');
	}
	const longest = target.searchParams.get('fal_max_queue_length');
	if (longest === null || world.queue.length() <= Number(longest)) return undefined;
	return detail(429, 'Queue is longer than fal_max_queue_length', { 'x-fal-needs-retry': '1' });
}

function liveJob(call: Call, key: string, input: unknown): LiveJob {
	return {
		job: {
			id: randomUUID(),
			endpoint: call.params.endpoint,
			key,
			input,
			contentKey: createHash('sha256').update(call.body).digest('hex'),
			unknownKeys: unknownKeys(input),
			headers: call.headers,
			priority: call.headers['x-fal-queue-priority'] ?? 'normal',
			state: 'IN_QUEUE',
			submittedAt: Date.now(),
			resultFetchedAt: [],
			webhookUrl: call.target.searchParams.get('fal_webhook') ?? undefined,
			webhookDeliveries: [],
			billed: false,
			images: 0,
			units: 0,
		},
		lifecycle: call.headers['x-fal-object-lifecycle-preference'],
		prompt: promptOf(input),
		ready: false,
		abandoned: false,
		logs: [],
		listeners: new Set(),
	};
}

export function promptOf(input: unknown): string {
	return isObject(input) && typeof input.prompt === 'string' ? input.prompt : '';
}
