import { ballAtFal } from '../files';
import { whenListed } from '../history';
import { aboutRequest, NotSeen, type Check, type Live, type OrderName } from '../live';
import { detailIn, edited, ended, order, resultOf, unitsIn } from '../orders';
import { listen } from '../stream';

const input = async (live: Live, more = {}) => ({
	image_urls: [(await ballAtFal(live)).url],
	...more,
});

const badOf = async (live: Live) =>
	await live.once('bad', async () =>
		edited(live, 'bad', { input: await input(live, { aspect_ratio: '7:1' }) }),
	);

const lateOf = async (live: Live) =>
	await live.once('late', async () =>
		edited(live, 'late', {
			input: await input(live),
			headers: { 'x-fal-request-timeout': '0.2' },
		}),
	);

/** Cancels an order, at once or as soon as fal works on it, and waits for its end. */
const cancelledOf = async (live: Live, name: 'queued' | 'running') =>
	await live.once(name, async () => {
		// Whoever waits longer is more surely still in the queue.
		const headers = { 'x-fal-queue-priority': name === 'queued' ? 'low' : 'normal' };
		const { id } = await order(live, name, { input: await input(live), headers });
		if (name === 'running') {
			const look = async () => {
				const { json } = await live.wire.call(aboutRequest(id, '/status'));
				return json.status === 'IN_QUEUE' ? undefined : json.status;
			};
			await Promise.race([live.until(look, live.place.patience.edit), listen(live, id).end]);
		}
		const before = await live.wire.call(aboutRequest(id, '/status'));
		const answer = await live.wire.call(aboutRequest(id, '/cancel'), { method: 'PUT' });
		const status = await ended(live, id);
		return { id, answer, before, status, result: await resultOf(live, id) };
	});

const AT: Record<'queued' | 'running', [word: string, state: string]> = {
	queued: ['in the queue', 'IN_QUEUE'],
	running: ['while fal works on it', 'IN_PROGRESS'],
};

/** What a cancel does: its answer, the end, the bill, the history. */
function cancelChecks(name: 'queued' | 'running'): Check[] {
	const [where, state] = AT[name];
	const at = async (live: Live) => {
		const cancelled = await cancelledOf(live, name);
		if (cancelled.before.json.status === state) return cancelled;
		throw new NotSeen(`it was ${String(cancelled.before.json.status)} when the cancel was sent`);
	};
	const line = (
		id: string,
		what: string,
		expected: string,
		see: Check['see'],
		order: OrderName = name,
	): Check => ({ id: `cancel.${name}-${id}`, what, promise: 'stop', expected, order, see });
	return [
		line('answer', `a cancel ${where}`, '202 CANCELLATION_REQUESTED', async (live) => {
			const { status, json } = (await at(live)).answer;
			return `${status} ${String(json.status ?? JSON.stringify(json))}`;
		}),
		line(
			'end',
			`the end of an edit cancelled ${where}`,
			'200 COMPLETED, result 499',
			async (live) => {
				const { status, result } = await at(live);
				const word = typeof status.json.status === 'string' ? ` ${status.json.status}` : '';
				return [
					`${status.status}${word}, result ${result.status}`,
					JSON.stringify(result.json.detail),
				];
			},
		),
		line('bill', `what an edit cancelled ${where} costs`, 'nothing', async (live) => {
			const { result } = await at(live);
			const units = unitsIn(result);
			if (result.status < 300) return `${units} units: it was made`;
			return units === 'not said' || Number(units) === 0 ? 'nothing' : `${units} units`;
		}),
		line('listed', `an edit cancelled ${where}, in the history`, 'listed soon', async (live) =>
			whenListed(live, (await at(live)).id, name),
		),
	];
}

export const endingChecks: Check[] = [
	{
		id: 'bad.end',
		what: 'a field that the schema does not allow',
		promise: 'words',
		expected: '422 that names aspect_ratio, with the result',
		order: 'bad',
		see: async (live) => {
			const { answer, result } = await badOf(live);
			const { type, loc } = detailIn(result);
			const named = loc.includes('aspect_ratio') ? 'aspect_ratio' : loc.join('.') || 'no field';
			return [
				`${result.status} that names ${named}, with the result`,
				`${answer.status} at the submit, ${type}`,
			];
		},
	},
	{
		id: 'bad.bill',
		what: 'what that costs',
		promise: 'cost',
		expected: '0',
		order: 'bad',
		see: async (live) => unitsIn((await badOf(live)).result),
	},
	{
		id: 'late.end',
		what: 'an edit that has not begun within x-fal-request-timeout',
		promise: 'stop',
		expected: '504, of our own time-out',
		order: 'late',
		see: async (live) => {
			const { result, status } = await lateOf(live);
			if (result.status < 300) throw new NotSeen('fal had begun within 0.2 s');
			const whose =
				result.headers['x-fal-request-timeout-type'] === 'user' ? 'our own' : 'no known';
			return [`${result.status}, of ${whose} time-out`, String(status.json.error_type)];
		},
	},
	...(['bad', 'late'] as const).map(
		(name): Check => ({
			id: `${name}.listed`,
			what: `that edit, in the history`,
			promise: 'lost',
			expected: 'listed soon',
			order: name,
			see: async (live) =>
				await whenListed(live, (await (name === 'bad' ? badOf : lateOf)(live)).id, name),
		}),
	),
	...cancelChecks('queued'),
];

/** Those that may cost an image more than planned. */
export const runningChecks: Check[] = cancelChecks('running');
