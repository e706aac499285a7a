import { useBench } from './support/bench';
import { GoogleBench } from './support/googleBench';
import { describeGoogleTemplates } from './support/googleTemplates';

describe('templates with Google in a real n8n', () => {
	const bench = new GoogleBench();
	useBench({ emulator: { latency: 100 } }, bench);
	describeGoogleTemplates(bench);
});
