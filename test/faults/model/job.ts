import type { FailureFacts } from '../../../nodes/shared/fal/failure';
import type { RequestFields } from '../../../nodes/shared/requests/fingerprint';
import type { SavedRequests } from '../../../nodes/shared/requests/processMemory';

/** A request as fal has it; ms by the world's clock. */
export interface Job {
	id: string;
	/** the row that has sent it, and in which round of a loop */
	owner: string;
	fields: RequestFields;
	/** of which start of n8n */
	life: number;
	receivedAt: number;
	startsAt: number;
	endsAt: number;
	/** when its history has it */
	listedAt: number;
	end: 'images' | 'refused' | 'failed' | 'dropped';
	billed: boolean;
	isCancelAsked: boolean;
	/** fal has said that it works on it */
	isSaidToWork: boolean;
}

/** One execution: what n8n saves with it, and how it ends before its time. */
export interface Execution {
	/** of which start of n8n */
	life: number;
	saved: SavedRequests;
	/** whose images it has had, as far as that is saved */
	had: Set<string>;
	/** which time round a loop */
	round: number;
	retriedSince?: number;
	stop: AbortController;
	/** the call at which the user presses Stop */
	stopsAt: number;
	calls: number;
	/** what of it stands in the journal */
	entered: Set<string>;
	isSaved: boolean;
}

/** How a submit fails, by what comes of it. */
export const REFUSALS: Record<string, FailureFacts> = {
	'429': { status: 429 },
	'401': { status: 401 },
	'no connection': { network: 'ECONNREFUSED' },
	'lost before': { network: 'ECONNRESET' },
	'lost after': { network: 'ECONNRESET' },
};
