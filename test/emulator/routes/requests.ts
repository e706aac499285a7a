import type { ServerResponse } from 'node:http';

import { checkKey } from '../auth';
import { failureAnswer } from '../errors';
import { detail, json, type Answer, type Call } from '../http';
import type { LiveJob } from '../outcome';
import type { World } from '../world';
import { appOf, requestUrls } from './urls';

const notFound = () => json(404, { status: 'NOT_FOUND' });

/** The job of a status, result or cancel call. One of another account does not exist for the caller. */
function find(world: World, call: Call): LiveJob | Answer {
	const check = checkKey(call, world.settings);
	// Without any key fal knows no request, and says so rather than 401.
	if ('problem' in check)
		return check.problem === 'missing' ? notFound() : detail(401, 'invalid key credentials');
	const live = world.queue.get(call.params.id);
	if (!live || live.job.key !== check.key) return notFound();
	const { endpoint } = live.job;
	return [endpoint, appOf(endpoint)].includes(call.params.app) ? live : notFound();
}

const withId = ({ job }: LiveJob) => ({ 'x-fal-request-id': job.id });

export function status(world: World, call: Call): Answer {
	const live = find(world, call);
	if ('status' in live) return live;
	// Pending is 202: a client that waits for 200 waits for the end.
	return json(
		live.job.state === 'COMPLETED' ? 200 : 202,
		statusOf(world, live, call),
		withId(live),
	);
}

function statusOf(world: World, live: LiveJob, call: Call): Record<string, unknown> {
	const { job, outcome } = live;
	const common = { status: job.state, request_id: job.id, ...requestUrls(job) };
	if (job.state === 'IN_QUEUE') return { ...common, queue_position: world.queue.position(live) };
	const logs = call.target.searchParams.get('logs') === '1' ? live.logs : null;
	if (job.state === 'IN_PROGRESS') return { ...common, logs };
	const seconds = ((job.completedAt ?? 0) - (job.startedAt ?? job.completedAt ?? 0)) / 1000;
	const shown = outcome && 'failure' in outcome ? outcome.failure.shown : {};
	return { ...common, logs, metrics: { inference_time: seconds }, ...shown };
}

/** Server-sent events: a status at each change, until COMPLETED. */
export function stream(world: World, call: Call): Answer {
	const live = find(world, call);
	if ('status' in live) return live;
	const headers = {
		'content-type': 'text/event-stream',
		'cache-control': 'no-cache',
		...withId(live),
	};
	const event = () => `data: ${JSON.stringify(statusOf(world, live, call))}\n\n`;
	const write = async (response: ServerResponse) => {
		response.writeHead(200, headers);
		await new Promise<void>((resolve) => {
			const tell = () => {
				response.write(event());
				if (live.job.state === 'COMPLETED') resolve();
			};
			live.listeners.add(tell);
			response.on('close', () => {
				live.listeners.delete(tell);
				resolve();
			});
			tell();
		});
		response.end();
	};
	return { status: 200, headers, body: event(), write };
}

export async function result(world: World, call: Call): Promise<Answer> {
	const live = find(world, call);
	if ('status' in live) return live;
	if (live.job.state !== 'COMPLETED') return tooEarly(live);
	const subject = { text: live.prompt, requestId: live.job.id };
	const late = world.faults.take('result', 'late', subject);
	if (late && Date.now() - (live.job.completedAt ?? 0) < (late.ms ?? 500)) return tooEarly(live);
	const answer = await storedResult(live);
	if (isOver(world, live, answer)) return detail(404, 'Request not found');
	live.job.resultFetchedAt.push(Date.now());
	return { ...answer, headers: { ...answer.headers, ...withId(live) } };
}

function tooEarly(live: LiveJob): Answer {
	return detail(400, 'Request is still in progress', withId(live));
}

export async function storedResult({ outcome }: LiveJob): Promise<Answer> {
	if (!outcome) return detail(500, 'No outcome');
	if ('failure' in outcome) return failureAnswer(outcome.failure);
	return json(200, await outcome.output, { 'x-fal-billable-units': String(outcome.units) });
}

/** fal keeps a big answer only minutes. */
function isOver({ settings }: World, { job }: LiveJob, answer: Answer): boolean {
	const big = answer.body.length >= 10 * 1024;
	const kept = big
		? Math.min(settings.bigResultRetention, settings.resultRetention)
		: settings.resultRetention;
	return Date.now() - (job.completedAt ?? 0) > kept;
}

export function cancel(world: World, call: Call): Answer {
	const live = find(world, call);
	if ('status' in live) return live;
	return world.queue.cancel(live)
		? json(202, { status: 'CANCELLATION_REQUESTED' }, withId(live))
		: json(400, { status: 'ALREADY_COMPLETED' }, withId(live));
}
