import { describeAgentTemplate } from './support/agentTemplate';
import { describeBatchTemplates } from './support/batchTemplates';
import { useBench } from './support/bench';
import { describeCollectLater } from './support/collectLaterTemplate';
import { describeFormTemplates } from './support/formTemplates';

describe('templates in a real n8n', () => {
	const bench = useBench({ emulator: { latency: 100 } });
	describeFormTemplates(bench);
	describeBatchTemplates(bench);
	describeCollectLater(bench);
	describeAgentTemplate(bench);
});
