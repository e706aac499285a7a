import type { RequestFields } from '../../../nodes/shared/requests/fingerprint';
import type { Request, Requests } from '../../../nodes/shared/requests/store';
import type { Execution, Job } from './job';
import type { World } from './world';

export const ORIGIN = 'workflow node start';

export interface Row {
	name: string;
	fields: RequestFields;
	drawsSeed: boolean;
}

/** What one history is about, and what has become of it. */
export interface Course {
	world: World;
	rows: Row[];
	hasJournal: boolean;
	/** whether the node goes on after a failure */
	goesOn: boolean;
	/** Retry On Fail, the first included */
	tries: number;
	/** how many requests a row may have: one for each time round a loop */
	mayMake: number;
	/** the ids that the user has been told, or has the images of */
	named: Set<string>;
	/** of which the user has been told that fal may have one */
	doubted: Set<string>;
	/** all that are under way now, by their row: how many executions wait */
	waiting: Map<string, number>;
	/** which start of n8n it has come to */
	life: number;
	/** executions that were stopped, and whose code may go on */
	goingOn: Array<Promise<unknown>>;
	delivered: Set<string>;
	/** in which life of n8n each was asked for last */
	asked: Map<string, { life: number; isCalm: boolean }>;
}

/** One visit of the node. */
export interface Visit {
	course: Course;
	by: Execution;
	requests: Requests;
	/** whose requests it has taken up */
	takers: Map<string, string>;
	ending?: unknown;
}

export class TimeOut extends Error {}
export class NoDisk extends Error {}

/** The row, and how many of its requests came before. */
export const ownerOf = ({ key }: Request) => key.slice(ORIGIN.length + 1);

export function throwIfEnding({ by, ending }: Visit): void {
	by.stop.signal.throwIfAborted();
	if (ending) throw ending;
}

/** What every output must be: of the row itself, or of one that asks for the same. */
export function checkOutput(course: Course, row: Row, owner: string, id: string): void {
	const { world, delivered } = course;
	delivered.add(owner);
	const { fields } = row;
	const job = world.jobs.find((one) => one.id === id);
	if (!job || job.end !== 'images') world.complain('came out without images');
	else if (job.owner !== owner && (row.drawsSeed || job.fields.prompt !== fields.prompt))
		world.complain("came out with another's images");
}

/** What must hold at the end. */
export function checkEnd({ world, named, doubted, delivered, asked }: Course) {
	const isTold = ({ owner, fields }: Job) =>
		doubted.has(owner) ||
		(fields.seed === undefined &&
			// Of rows that nothing tells apart each may have taken up any.
			world.jobs.some((job) => job.fields.prompt === fields.prompt && doubted.has(job.owner)));
	for (const job of world.jobs) {
		if (!job.billed || named.has(job.id)) continue;
		const { life, isCalm } = asked.get(job.owner)!;
		if (!isTold(job) && (life > job.life || job.life === world.life))
			world.complain('paid, and named nowhere');
		else if (isCalm && job.fields.seed !== undefined && job.listedAt <= world.now)
			world.complain('paid, in the history, and named nowhere');
	}
	const last = [...asked].filter(([, { isCalm }]) => isCalm).map(([owner]) => owner);
	// The node stops at a row that fails for ever, before others are sent.
	const isStuck = (owner: string) => {
		const own = world.jobs.filter((job) => job.owner === owner);
		const isOver = (job?: Job) => job && (job.end === 'refused' || job.listedAt === Infinity);
		return doubted.has(owner) || isOver(own.at(-1)) || own.some(({ end }) => end === 'dropped');
	};
	if (!last.some(isStuck) && !last.every((owner) => delivered.has(owner)))
		world.complain('never delivered, though all goes well');
}
