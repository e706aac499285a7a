import { failure, made, PUBLIC_URL, rows, useEditBench } from '../../../support/edit';
import type { EditRun } from '../../../support/edit';
import type { NodeResult } from '../../../support/engine';
import { makeImage } from '../../../support/images';
import { useProcessedData } from '../../../support/processedData';

const bench = useEditBench({ proxyAllows: ['api.fal.ai/'] }, 'filesystem');
beforeAll(useProcessedData);
let tests = 0;
beforeEach(async () => {
	tests++;
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});
afterEach(() => jest.restoreAllMocks());

const BY_ROW = { prompt: '={{ $json.value }}' };
/** One for each test, since n8n's memory is of a node. */
const own = () => ({ node: { id: `node ${tests}` } });
const requestsOf = (result: NodeResult) => made(result).map(({ json }) => json.request_id);
const ids = () => bench.fal.jobs.map(({ id }) => id);

describe('a sub-workflow, which begins with nothing each time', () => {
	const run = { items: rows(['one [fault: download=401 x1]', 'two']), parameters: BY_ROW };
	const child = async (parentExecutionId: string, again: EditRun = run) =>
		await bench.edit({ ...own(), mode: 'integrated', parentExecutionId, ...again });

	it('takes up what it has submitted, where its caller runs it again', async () => {
		failure(await child('77'));
		expect(made(await child('77'))).toHaveLength(2);
		expect(ids()).toHaveLength(2);
	});

	it('submits anew where its caller is another execution, or goes on to the next round', async () => {
		const fine = { ...run, items: rows(['one']) };
		for (const caller of ['78', '78', '79']) made(await child(caller, fine));
		expect(ids()).toHaveLength(3);
	});
});

it('a tool that is run again takes up what it has submitted, and a later call is another edit', async () => {
	const run = { items: rows(['a [fault: download=401 x1]']), parameters: BY_ROW };
	const first = await bench.edit({ ...own(), ...run });
	failure(first);
	// n8n counts the try as another run of the node.
	const second = await bench.edit({ ...own(), ...run, retryOf: first.run });
	expect(requestsOf(second)).toEqual(ids());
	made(await bench.edit({ ...own(), ...run, retryOf: second.run }));
	expect(ids()).toHaveLength(2);
});
