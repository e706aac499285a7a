import { distinctImages } from './support/rows';
import { describeMain } from './support/mainSuite';
import { useQueue } from './support/queueBench';
import { describeRetries } from './support/retrySuite';
import { describeSpread } from './support/spreadSuite';
import { describeTrigger } from './support/triggerSuite';
import { describeWorkers } from './support/workerSuite';

describe('n8n in queue mode', () => {
	const bench = useQueue();
	beforeAll(async () => void Object.assign(bench.fal.settings, await distinctImages()));

	describeSpread(bench);
	describeMain(bench);
	describeRetries(bench);
	describeWorkers(bench);
	describeTrigger(bench);
});
