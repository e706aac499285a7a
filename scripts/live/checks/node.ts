import { edit } from '../../../test/e2e/support/workflow';
import { NotSeen, type Check, type Live, type OrderName } from '../live';
import { ended, resultOf } from '../orders';
import { byWebhook, madeOf, roomOf, save, type Room } from '../node/n8n';

const GOOD = '1 order, a whole png';

const check = (
	order: OrderName,
	what: string,
	promise: Check['promise'],
	expected: string,
	see: (room: Room, live: Live) => Promise<string>,
): Check => ({
	...{ id: order.replace(' ', '.'), what, promise, expected, order },
	see: async (live) => {
		const room = await roomOf(live);
		room.between.refusal = undefined;
		return await see(room, live);
	},
});

/** The request of an order, once fal has taken it. */
async function requestOf({ between }: Room, live: Live, order: OrderName): Promise<string> {
	const id = await live.until(
		async () => between.refusal ?? between.orders.find(({ name }) => name === order)?.requestId,
		live.place.patience.edit,
	);
	if (id && id !== between.refusal) return id;
	throw new NotSeen(between.refusal ?? 'n8n has ordered nothing');
}

const run = async ({ n8n }: Room, id: string, live: Live) =>
	await n8n.api.runToEnd(id, 'Start', live.place.patience.edit);

async function stopped(room: Room, live: Live): Promise<string> {
	const { n8n } = room;
	const { id } = await save(room, 'node stop');
	const execution = await n8n.api.runManually(id, 'Start');
	const requestId = await requestOf(room, live, 'node stop');
	await n8n.api.stopExecution(execution);
	await n8n.api.waitForExecution(execution);
	await ended(live, requestId);
	const { status } = await resultOf(live, requestId);
	return `1 order, ${status < 300 ? 'made' : 'cancelled'}`;
}

/** Killed as soon as n8n has noted the order, as by a power cut; then "Retry execution". */
async function killed(room: Room, live: Live): Promise<string> {
	const saved = await save(room, 'node kill', { trigger: byWebhook('node-kill') });
	await room.n8n.api.activate(saved);
	await fetch(`${room.n8n.url}/webhook/node-kill`, { method: 'POST' });
	const requestId = await requestOf(room, live, 'node kill');
	const noted = async () => (room.n8n.log().includes(requestId) ? true : undefined);
	await live.until(noted, live.place.patience.edit);
	await room.n8n.kill();
	await room.restart();
	const { api } = room.n8n;
	const [first] = await api.executions(saved.id);
	if (first?.status === 'success') throw new NotSeen('it had ended before it was killed');
	await api.fetch(`/rest/executions/${first?.id}/retry`, { method: 'POST' });
	const [retry] = await api.executions(saved.id);
	const execution = await api.waitForExecution(retry?.id ?? '', live.place.patience.edit);
	return await madeOf(room, 'node kill', execution);
}

/** The node itself, in a real n8n on this machine. */
export const nodeChecks: Check[] = [
	check('node edit', 'Edit Image', 'once', GOOD, async (room, live) => {
		const { id } = await save(room, 'node edit');
		return await madeOf(room, 'node edit', await run(room, id, live));
	}),
	check('node submit', 'Submit Edit, then Get Result', 'once', GOOD, async (room, live) => {
		const then = [{ ...edit({ operation: 'getResult' }), name: 'Get Result' }];
		const { id } = await save(room, 'node submit', { operation: 'submit', then });
		return await madeOf(room, 'node submit', await run(room, id, live), 'Get Result');
	}),
	check('node kill', 'a run that is killed, and its retry', 'once', GOOD, killed),
	check('node lost', 'an order whose answer is lost', 'lost', GOOD, async (room, live) => {
		room.between.loseNextAnswer();
		const { id } = await save(room, 'node lost');
		return await madeOf(room, 'node lost', await run(room, id, live));
	}),
	check('node stop', 'a run that is stopped', 'stop', '1 order, cancelled', stopped),
];
