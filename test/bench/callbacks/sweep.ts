import '../../support/freshConnections';
import { createServer } from 'node:http';
import {
	deliveredIn,
	deliveries,
	falTrigger,
	order,
	savedRuns,
} from '../../e2e/support/callbacks';
import { owner } from '../../e2e/support/bench';
import { show, table } from '../table';
import { OneProcessBench } from './oneProcess';

const LONGEST = 10 * 60_000;

/** What stands in for n8n while it starts: any call has "200, n8n is starting up". */
async function swallow(port: number, whileItDoes: () => Promise<void>): Promise<void> {
	const server = createServer((request, response) => {
		request.resume();
		response.end('n8n is starting up. Please wait');
	});
	await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
	await whileItDoes();
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
}

async function orderAll(bench: OneProcessBench, count: number, webhookUrl: string): Promise<void> {
	for (let at = 0; at < count; at += 10)
		await Promise.all(Array.from({ length: 10 }, async () => await order(bench, { webhookUrl })));
}

const deliveredIds = async (bench: OneProcessBench, workflowId: string) =>
	deliveredIn(await savedRuns(bench, workflowId));

/**
 * Lets a starting n8n swallow the callbacks of so many requests, and as many come normally; prints what Missed
 * Callbacks makes of them.
 *
 * @returns whether each was delivered once, within ten minutes
 */
export async function measureSweep(
	requests: number,
	say: (text: string) => void,
): Promise<boolean> {
	const bench = new OneProcessBench({});
	try {
		const proxyAllows = ['api.fal.ai/', 'rest.fal.ai/'];
		await bench.start({ emulator: { latency: 0, image: 'tiny', proxyAllows } });
		const trigger = falTrigger({ path: 'sweep', options: { missed: 'all' } });
		const { id } = await bench.publish(deliveries(trigger));
		const webhookUrl = bench.webhookUrl('sweep');
		await bench.n8n.kill();
		await swallow(bench.n8n.port, async () => {
			await orderAll(bench, requests, webhookUrl);
			await bench.everyCallback(LONGEST);
		});
		const since = Date.now();
		await bench.startAgain();
		await bench.n8n.api.login(owner);
		await orderAll(bench, requests, webhookUrl);
		await bench.everyCallback(LONGEST);
		const called = (await deliveredIds(bench, id)).length;
		const all = async () => new Set(await deliveredIds(bench, id)).size >= 2 * requests;
		const late = await bench.until(all, LONGEST).catch(String);
		if (late) say(late);
		const seconds = (Date.now() - since) / 1_000;
		const ids = await deliveredIds(bench, id);
		const delivered = new Set(ids).size;
		const rows = [
			['delivered when fal had all its answers', String(called)],
			['delivered', `${delivered} of ${2 * requests}`],
			['twice', String(ids.length - delivered)],
			['seconds after the start of n8n', show(seconds, 0)],
		];
		say(`\n${table([`${requests} swallowed, ${requests} called back`, ''], rows)}`);
		return !late && ids.length === 2 * requests;
	} finally {
		await bench.stop();
	}
}
