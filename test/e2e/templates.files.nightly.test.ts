import { useBench } from './support/bench';
import { describeSpreadsheet } from './support/spreadsheetTemplate';
import { describeTryOn } from './support/tryOnTemplate';

describe('templates with files in a real n8n', () => {
	// The proxy lets calls for prices through, so that the results carry their cost.
	const proxyAllows = ['rest.fal.ai/.well-known/jwks.json', 'api.fal.ai/'];
	const bench = useBench({ emulator: { latency: 100, proxyAllows } });
	describeSpreadsheet(bench);
	describeTryOn(bench);
});
