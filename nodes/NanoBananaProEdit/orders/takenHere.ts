import { TAKEN_HERE } from '../../shared/limits';

/** Ids of what any execution of this process has ordered lately, the oldest first. */
const taken = new Set<string>();

/** Notes a request, so that no other execution takes it for an order of its own that was lost. */
export function noteHere(requestId: string): void {
	taken.add(requestId);
	const [oldest] = taken;
	if (taken.size > TAKEN_HERE && oldest) taken.delete(oldest);
}

export const isKnownHere = (requestId: string): boolean => taken.has(requestId);
