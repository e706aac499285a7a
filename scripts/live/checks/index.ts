import type { Check } from '../live';
import { accessChecks } from './access';
import { editChecks } from './edit';
import { endingChecks, runningChecks } from './endings';
import { fileChecks } from './files';
import { historyChecks } from './history';
import { addressChecks, equalChecks, imageChecks } from './images';
import { moneyChecks } from './money';
import { nodeChecks } from './node';
import { webhookChecks } from './webhook';

/**
 * All that we rely on, in the order in which it is looked at: what is free first, then the orders that
 * should be, then those that are paid, the most important first.
 */
export const checks: Check[] = [
	...accessChecks,
	...fileChecks.filter(({ id }) => !id.startsWith('expiration.')),
	...endingChecks,
	...addressChecks,
	...runningChecks,
	...editChecks,
	...historyChecks,
	...webhookChecks,
	...nodeChecks,
	...imageChecks,
	...equalChecks,
	...fileChecks.filter(({ id }) => id.startsWith('expiration.')),
	...moneyChecks,
];
