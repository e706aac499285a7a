import { ACCOUNTS_KNOWN } from '../../limits';
import { RecentMap } from '../../flow/recentMap';
import { Turns } from '../../flow/turns';

const known = new RecentMap<string, Turns>(ACCOUNTS_KNOWN);

/**
 * The turns of an account at fal, shared by all executions of this process with its key: what one has learned
 * of the account, the next one begins with.
 */
export function turnsOf(key: string): Turns {
	const turns = known.get(key) ?? new Turns();
	known.set(key, turns);
	return turns;
}
