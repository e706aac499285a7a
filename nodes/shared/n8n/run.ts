import type { IExecuteFunctions } from 'n8n-workflow';
import { connect, type Connected } from './connection';
import { gate, type Gate } from '../gate';
import { Once } from '../flow/promiseCache';
import { Precedence } from '../flow/priority';
import { Room } from '../pictures/bufferPool';
import { DOWNLOADS_IN_FLIGHT, UPLOADS_IN_FLIGHT } from '../limits';

/** One execution of a node: n8n on one side, fal on the other. */
export interface Run extends Connected {
	ctx: IExecuteFunctions;
	/** bounds how many files come in at once */
	downloads: Gate;
	/** finished edits are heard of before others are downloaded */
	results: Precedence;
	/** bounds how many items send their files at once; apart, so that neither waits for the other */
	sends: Gate;
	/** for small files on their way in or out */
	room: Room;
	/** addresses of what this run has uploaded, by content */
	uploads: Once<string>;
	/** aborted when the user stops the execution or its time is up */
	signal?: AbortSignal;
}

/** Whether an agent runs the node: n8n then gives it a type of its own. */
export const isTool = (ctx: IExecuteFunctions) => ctx.getNode().type.endsWith('Tool');

/** @throws InputError for a credential that cannot be right */
export async function startRun(ctx: IExecuteFunctions): Promise<Run> {
	return {
		ctx,
		...(await connect(ctx)),
		downloads: gate(DOWNLOADS_IN_FLIGHT),
		results: new Precedence(),
		sends: gate(UPLOADS_IN_FLIGHT),
		room: new Room(),
		uploads: new Once(),
		signal: ctx.getExecutionCancelSignal?.(),
	};
}
