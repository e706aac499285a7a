import { json, type Answer, type Call } from '../http';
import type { LiveJob } from '../outcome';
import type { World } from '../world';
import { endpointIds, isKnownEndpoint, refuse, refuseKey } from './platform';

const DAY = 24 * 3_600_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const ISO = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** What each parameter may be. */
const checks: Record<string, (value: string) => boolean> = {
	limit: (value) => /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= 100,
	start: (value) => ISO.test(value) && !Number.isNaN(Date.parse(value)),
	end: (value) => ISO.test(value) && !Number.isNaN(Date.parse(value)),
	status: (value) => ['success', 'error', 'user_error'].includes(value),
	request_id: (value) => UUID.test(value),
	expand: (value) => value === 'payloads',
	sort_by: (value) => ['ended_at', 'duration'].includes(value),
	cursor: (value) => cursorAt(value) !== undefined,
};

const cursorOf = (at: number) => Buffer.from(`at:${at}`).toString('base64url');

function cursorAt(cursor: string): number | undefined {
	const [, at] = /^at:(\d+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
	return at === undefined ? undefined : Number(at);
}

function problemWith(call: Call): Answer | undefined {
	const invalid = (message: string) => refuse(400, 'validation_error', message);
	const ids = endpointIds(call);
	if (ids.length === 0 || ids.length > 50) return invalid('endpoint_id takes 1 to 50 ids');
	// The full id: the first two parts of it are another endpoint.
	const stranger = ids.find((id) => !isKnownEndpoint(id));
	if (stranger !== undefined) return refuse(404, 'not_found', `Endpoint "${stranger}" not found`);
	const wrong = Object.entries(checks).find(([name, check]) =>
		call.target.searchParams.getAll(name).some((value) => !check(value)),
	);
	return wrong && invalid(`${wrong[0]} is not valid`);
}

/** ms after which a request is listed: its own, as in `[listed: 5000]`, or that of the settings. */
function delayOf({ settings, jobs }: World, { prompt, job }: LiveJob): number {
	const [, own] = /\[listed: (\d+|never)\]/.exec(prompt) ?? [];
	const delays = [settings.historyDelay].flat();
	if (own === undefined) return delays[jobs.indexOf(job) % delays.length]!;
	return own === 'never' ? Infinity : Number(own);
}

/** When it ended, as the history has it. */
function endOf({ settings }: World, at: number): number {
	return Math.floor(at / settings.historyGrain) * settings.historyGrain;
}

/** Where it stands in the history's order: each is off by a time of its own. */
function placeOf(world: World, { job }: LiveJob): number {
	const own = parseInt(job.id.slice(0, 4), 16) / 0x8000 - 1;
	const at = endOf(world, job.completedAt ?? job.submittedAt);
	return at + own * world.settings.historyDisorder;
}

function isListed(world: World, live: LiveJob): boolean {
	const { job } = live;
	const from = world.settings.historyLists === 'finished' ? job.completedAt : job.submittedAt;
	return from !== undefined && Date.now() - from >= delayOf(world, live);
}

function statusOf({ resultStatus = 0 }: LiveJob['job']): string {
	if (resultStatus < 300) return 'success';
	return resultStatus < 500 ? 'user_error' : 'error';
}

function matching(world: World, key: string, { target }: Call): LiveJob[] {
	const query = target.searchParams;
	const requestId = query.get('request_id');
	const kept = requestId === null ? 1 : 90;
	const start = query.get('start') ? Date.parse(query.get('start')!) : Date.now() - kept * DAY;
	const end = query.get('end') ? Date.parse(query.get('end')!) : Infinity;
	const status = query.get('status');
	const endpoints = endpointIds({ target });
	const duration = ({ job }: LiveJob) => (job.completedAt ?? 0) - (job.startedAt ?? 0);
	const ended = (live: LiveJob) => placeOf(world, live);
	const by = query.get('sort_by') === 'duration' ? duration : ended;
	return world.queue
		.all()
		.filter(({ job }) => job.submittedAt >= start && job.submittedAt < end)
		.filter(({ job }) => requestId === null || job.id === requestId)
		.filter(({ job }) => endpoints.includes(job.endpoint))
		.filter(({ job }) => status === null || statusOf(job) === status)
		.filter((live) => live.job.key === key && isListed(world, live))
		.sort((a, b) => by(b) - by(a));
}

const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

/** Kept for 30 days, unless the caller wanted none kept. */
async function payloadsOf({ settings }: World, { job, outcome }: LiveJob) {
	const { sync_mode } = (job.input ?? {}) as { sync_mode?: boolean };
	const isOld = Date.now() - job.submittedAt > settings.payloadRetention;
	if (isOld || sync_mode || job.headers['x-fal-store-io'] === '0') return {};
	const json_output = outcome && 'output' in outcome ? await outcome.output : undefined;
	return { json_input: job.input, json_output };
}

async function entryOf(world: World, live: LiveJob, expands: boolean) {
	const { id, endpoint, submittedAt, startedAt, completedAt, resultStatus } = live.job;
	return {
		request_id: id,
		endpoint_id: endpoint,
		sent_at: iso(submittedAt),
		started_at: iso(startedAt ?? submittedAt),
		ended_at: iso(completedAt && endOf(world, completedAt)),
		status_code: resultStatus,
		duration: completedAt && (completedAt - (startedAt ?? completedAt)) / 1000,
		...(expands && (await payloadsOf(world, live))),
	};
}

/** `GET https://api.fal.ai/v1/models/requests/by-endpoint` */
export async function history(world: World, call: Call): Promise<Answer> {
	const check = refuseKey(world, call);
	if ('status' in check) return check;
	const problem = problemWith(call);
	if (problem) return problem;
	const query = call.target.searchParams;
	const found = matching(world, check.key, call);
	const first = cursorAt(query.get('cursor') ?? '') ?? 0;
	const limit = Number(query.get('limit') ?? 50);
	const page = found.slice(first, first + limit);
	const expands = query.get('expand') === 'payloads';
	const items = await Promise.all(page.map(async (live) => await entryOf(world, live, expands)));
	const has_more = found.length > first + limit;
	return json(200, { items, next_cursor: has_more ? cursorOf(first + limit) : null, has_more });
}
