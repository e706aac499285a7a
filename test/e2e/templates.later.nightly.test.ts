import { describeAnswerLater } from './support/answerLaterTemplate';
import { useBench } from './support/bench';
import { describePollTemplates } from './support/pollTemplates';

describe('templates that come back for what they have ordered', () => {
	const bench = useBench({
		emulator: { latency: 100, proxyAllows: ['api.fal.ai/', 'rest.fal.ai/'] },
	});
	describePollTemplates(bench);
	describeAnswerLater(bench);
});
