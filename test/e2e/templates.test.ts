import { describeAnswerLater } from './support/answerLaterTemplate';
import { describeBatchTemplates } from './support/batchTemplates';
import { useBench } from './support/bench';
import { describeCallbackTable } from './support/callbackTableTemplate';
import { describeCollectLater } from './support/collectLaterTemplate';
import { describeFormTemplates } from './support/formTemplates';

describe('templates in a real n8n', () => {
	const bench = useBench({ emulator: { latency: 100 } });
	describeFormTemplates(bench);
	describeBatchTemplates(bench);
	describeCollectLater(bench);
	describe('with callbacks', () => describeCallbackTable(bench));
	describeAnswerLater(bench);
});
