import { describeAgentTemplate } from './support/agentTemplate';
import { describeBatchTemplates } from './support/batchTemplates';
import { useBench } from './support/bench';
import { describeFormTemplates } from './support/formTemplates';

describe('templates in a real n8n', () => {
	const bench = useBench({ emulator: { latency: 100 } });
	describeFormTemplates(bench);
	describeBatchTemplates(bench);
	describeAgentTemplate(bench);
});
