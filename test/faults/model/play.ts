import { attempt } from '../../../nodes/shared/flow/attempt';
import { restart } from '../../support/restart';
import type { SavedRequests } from '../../../nodes/shared/requests/processMemory';
import { Requests } from '../../../nodes/shared/requests/store';
import {
	checkEnd,
	checkOutput,
	ORIGIN,
	ownerOf,
	throwIfEnding,
	type Course,
	type Row,
	type Visit,
} from './course';
import { editOne, isExpected } from './edit';
import type { Execution } from './job';
import { World } from './world';

/**
 * One visit of the node, as edits/runEdits.ts.
 *
 * @returns whether n8n has its output; `again` where it runs the node again all the same
 */
async function visitOnce(course: Course, by: Execution): Promise<'again' | boolean> {
	const { rows, waiting, world } = course;
	const requests = new Requests(ORIGIN, by.saved, `${by.round}`);
	const visit: Visit = { course, by, requests, takers: new Map() };
	const held: string[] = [];
	const count = (owner: string, more: number) =>
		waiting.set(owner, (waiting.get(owner) ?? 0) + more);
	const take = (row: Row) => {
		const request = requests.of(row.name);
		const owner = ownerOf(request);
		const nth = Number(owner.split(' ')[1]);
		if (nth >= course.mayMake) world.complain('makes another request where there is one');
		course.asked.set(owner, { life: by.life, isCalm: world.isCalm });
		held.push(owner);
		count(owner, 1);
		return request;
	};
	const runOne = async (row: Row): Promise<unknown> => {
		if (visit.ending) return undefined;
		const done = await attempt(async () => {
			throwIfEnding(visit);
			const request = take(row);
			checkOutput(course, row, ownerOf(request), await editOne(visit, row, request));
		});
		if ('value' in done) return undefined;
		if (!isExpected(done.error)) world.complain(String(done.error));
		if (!course.goesOn) visit.ending ??= done.error;
		return done.error;
	};
	const failures = await Promise.all(rows.map(runOne));
	const mayRunAgain = failures[0] !== undefined && course.tries > 1;
	const hasOutput = !visit.ending && !by.stop.signal.aborted;
	requests.end(hasOutput, mayRunAgain);
	for (const owner of held) count(owner, -1);
	return hasOutput && mayRunAgain ? 'again' : hasOutput;
}

/** @returns whether n8n has its output; `again` where it has, and took it for a failure */
async function execute(course: Course, by: Execution): Promise<'again' | boolean> {
	for (let left = course.tries; ; left--) {
		const end = await visitOnce(course, by);
		if (end === true || left <= 1 || by.stop.signal.aborted) {
			course.world.save(by);
			return end;
		}
	}
}

const copyOf = ({ saved, had, round }: Kept): Kept => ({
	saved: JSON.parse(JSON.stringify(saved)) as SavedRequests,
	...{ had: new Set(had), round },
});

type Kept = Pick<Execution, 'saved' | 'had' | 'round'>;

interface Next {
	kept: Kept;
	isRetry: boolean;
}

function begin({ world }: Course, kept: Kept, retriedSince?: number): Execution {
	return {
		...{ life: world.life, ...kept, retriedSince, stop: new AbortController(), calls: 0 },
		stopsAt: world.fails(3) ? 1 + world.below(25) : Infinity,
		...{ entered: new Set<string>(), isSaved: false },
	};
}

function rowsOf(world: World): Row[] {
	const sync_mode = world.fails(6);
	return Array.from({ length: 1 + world.below(3) }, (_, at) => ({
		name: `${at}`,
		fields: { prompt: world.of('the same', `of ${at}`), ...(sync_mode && { sync_mode }) },
		drawsSeed: world.fails(1.5),
	}));
}

/** What was under way when n8n died goes no further; the next n8n knows nothing of it. */
async function buryDead(course: Course): Promise<void> {
	course.life = course.world.life;
	for (let turns = 0; turns < 60; turns++) await undefined;
	course.goingOn = [];
	course.waiting.clear();
	restart();
}

/** One step of a history: an execution, or two retries of the same one at once. */
async function step(course: Course, kept: Kept, since?: number): Promise<Next | undefined> {
	const { world } = course;
	if (course.life !== world.life) await buryDead(course);
	const isTwin = since !== undefined && world.fails(6);
	const first = begin(course, kept, since);
	const all = isTwin ? [first, begin(course, copyOf(kept), since)] : [first];
	let left = copyOf(first);
	const died = new Promise<'died'>((resolve) => (world.die = () => resolve('died')));
	/** n8n saves a stopped execution at once, while its code goes on. */
	const stopped = new Promise<Kept>((resolve) => {
		const goOn = async () => {
			// It hears of the stop before it is saved.
			for (let turns = 0; turns < 10; turns++) await undefined;
			world.save(first);
			resolve((left = copyOf(first)));
		};
		if (all.length === 1 && world.fails(2))
			first.stop.signal.addEventListener('abort', () => void goOn(), { once: true });
	});
	const running = Promise.all(all.map(async (one) => await execute(course, one)));
	const end = await Promise.race([running, died, stopped]);
	course.goingOn.push(running);
	if (course.life !== world.life) await buryDead(course);
	if (end === 'died') return { kept: left, isRetry: true };
	if (!Array.isArray(end)) return { kept: end, isRetry: true };
	course.goingOn.pop();
	const isQuiet = all.length === 1 && course.goingOn.length === 0;
	if (end[0] && isQuiet && world.fails(6)) {
		course.mayMake++;
		return { kept: { ...copyOf(first), round: first.round + 1 }, isRetry: since !== undefined };
	}
	if (!end.includes(false)) return undefined;
	if (isQuiet && world.fails(3)) restart();
	return { kept: copyOf(world.of(...all.filter((_, at) => end[at] === false))), isRetry: true };
}

/**
 * Plays one history: an execution of a few rows, with whatever goes wrong at fal, stops, kills, retries, two at once.
 *
 * @returns what of the promises does not hold; empty when all do
 */
export async function playHistory(seed: number): Promise<string[]> {
	const world = new World(seed);
	const clock = Date.now;
	Date.now = () => world.now;
	restart();
	const start = world.now;
	const course: Course = {
		...{ world, rows: rowsOf(world), hasJournal: world.below(4) > 0, goesOn: world.fails(3) },
		...{ tries: 1 + world.below(2), mayMake: 1, named: new Set(), doubted: new Set() },
		...{ waiting: new Map(), life: 0, goingOn: [], delivered: new Set(), asked: new Map() },
	};
	world.mayHave = (prompt) => {
		const alike = course.rows.filter((row) => !row.drawsSeed && row.fields.prompt === prompt);
		return alike.length * course.mayMake;
	};
	if (course.hasJournal && world.fails(8)) world.journalKeeps = 1 + world.below(2);
	if (course.hasJournal && world.fails(3)) world.diesAt = 1 + world.below(50);
	try {
		let next: Next | undefined = { kept: { saved: {}, had: new Set(), round: 0 }, isRetry: false };
		for (let left = 1 + world.below(3); next && left > 0; left--)
			next = await step(course, next.kept, next.isRetry ? start : undefined);
		world.diesAt = Infinity;
		if (course.life !== world.life) await buryDead(course);
		await Promise.all(course.goingOn);
		if (next) {
			world.calmDown();
			course.goesOn = false;
			const progress = () => world.jobs.length + course.delivered.size + course.named.size;
			for (let before = -1, idle = 0; next && idle < 2; before = progress()) {
				idle = before === progress() ? idle + 1 : 0;
				next = await step(course, next.kept, start);
			}
		}
		checkEnd(course);
	} catch (error) {
		world.complain(String(error));
	} finally {
		Date.now = clock;
	}
	return world.wrong;
}
