import { describeAnswerLater } from './support/answerLaterTemplate';
import { useBench } from './support/bench';
import { describeCollectLater } from './support/collectLaterTemplate';

describe('templates that come back for what they have ordered', () => {
	const bench = useBench({ emulator: { latency: 100 } });
	describeCollectLater(bench);
	describeAnswerLater(bench);
});
