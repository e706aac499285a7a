import { outputOf } from '../n8n';
import { useBench } from './support/bench';
import { finishedOrder, Receiver } from './support/callbacks';
import { broken } from './support/hostile/broken';
import { changedData } from './support/hostile/changedData';
import { forged } from './support/hostile/forged';
import { repeated } from './support/hostile/repeated';
import { OTHER_ACCOUNT } from './support/hostile/row';
import { strange } from './support/hostile/strange';

const bench = useBench({ emulator: { latency: 0, image: 'tiny' } });
let receiver: Receiver;

beforeAll(async () => {
	bench.fal.settings.keys.push(OTHER_ACCOUNT);
	receiver = await Receiver.publish(bench);
}, 300_000);

const table = [forged, strange, changedData, broken, repeated].flatMap((rows) =>
	rows(bench, () => receiver),
);

it('hostile and broken callbacks start nothing, and a good one starts one run', async () => {
	const found: Array<{ what: string; status: number; runs: number }> = [];
	let before = (await receiver.runs()).length;
	for (const { what, send } of table) {
		const { status } = await send(await finishedOrder(bench));
		const all = await receiver.runs();
		found.push({ what, status, runs: all.length - before });
		before = all.length;
	}
	const print = found.map(({ what, status, runs }) => `  ${status}  ${runs}  ${what}`);
	const wrong = found.filter(({ runs }, at) => runs !== (table[at]?.runs ?? 0));
	process.stdout.write(
		`\n  status, runs started, callback\n${print.join('\n')}\n  ${found.length} callbacks, runs started wrongly: ${wrong.length}\n`,
	);
	expect(found).toEqual(table.map(({ what, status, runs = 0 }) => ({ what, status, runs })));
}, 300_000);

it('every good one of them has delivered its image, once', async () => {
	const runs = await receiver.runs();
	const delivered = runs.flatMap((run) => outputOf(run, 'Finished'));
	expect(delivered).toHaveLength(table.filter((row) => row.runs === 1).length);
	expect(new Set(delivered.map(({ json }) => json.request_id)).size).toBe(delivered.length);
	for (const { binary } of delivered) expect(binary?.data?.mimeType).toBe('image/png');
});
