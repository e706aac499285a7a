import { useBench } from './support/bench';
import { describeBatchTemplates } from './support/batchTemplates';
import { describeCallbackTable } from './support/callbackTableTemplate';
import { describeFormTemplates } from './support/formTemplates';

describe('templates in a real n8n', () => {
	const bench = useBench({ emulator: { latency: 100 } });
	describeFormTemplates(bench);
	describeBatchTemplates(bench);
	describe('with callbacks', () => describeCallbackTable(bench));
});
