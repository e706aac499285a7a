import type { Check } from '../live';
import { accessChecks } from './access';
import { editChecks } from './edit';
import { endingChecks, runningChecks } from './endings';
import { fileChecks } from './files';
import { historyChecks } from './history';
import { equalChecks, imageChecks } from './images';
import { moneyChecks } from './money';
import { nodeChecks } from './node';
import { webhookChecks } from './webhook';

/**
 * All that we rely on, in the order in which it is looked at: what is free first, then what is sure to be
 * asked for, and last what may cost more than planned or is only nice to know.
 */
export const checks: Check[] = [
	...accessChecks,
	...fileChecks.filter(({ id }) => !id.startsWith('expiration.')),
	...endingChecks,
	...editChecks,
	...historyChecks,
	...webhookChecks,
	...nodeChecks,
	...imageChecks,
	...runningChecks,
	...equalChecks,
	...fileChecks.filter(({ id }) => id.startsWith('expiration.')),
	...moneyChecks,
];
