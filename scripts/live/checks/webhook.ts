import { isSignedBy, readKeySet, readSigned } from '../../../nodes/shared/fal/webhooks/signature';
import { WEBHOOK_CLOCK_SKEW } from '../../../nodes/shared/limits';
import { NotSeen, type Check, type Live } from '../live';
import { deliveries, type Delivery } from '../webhook';
import { editOf, imagesIn } from './edit';

const keySet = async (live: Live) =>
	await live.once('keys', () =>
		live.wire.call('https://rest.fal.ai/.well-known/jwks.json', { key: null }),
	);

const parsed = ({ body }: Delivery) => JSON.parse(body.toString('utf8')) as Record<string, unknown>;

/** The callback of the one edit. */
const check = (
	id: string,
	what: string,
	expected: string,
	look: (first: Delivery, live: Live) => Promise<string | [string, string]>,
): Check => ({
	...{ id: `webhook.${id}`, what, promise: 'callback', expected },
	order: 'edit',
	see: async (live) => {
		// Where fal cannot call, nothing is ordered for it.
		await deliveries(live, 0);
		await editOf(live);
		const [first] = await deliveries(live, 1);
		if (!first) throw new NotSeen('no callback came');
		return await look(first, live);
	},
});

export const webhookChecks: Check[] = [
	{
		id: 'webhook.keys',
		what: "fal's keys for callbacks, fetched without our key",
		promise: 'callback',
		expected: '200 with Ed25519 keys',
		see: async (live) => {
			const { status, json } = await keySet(live);
			const count = readKeySet(json).length;
			return [`${status} with ${count ? 'Ed25519' : 'no'} keys`, `${count}`];
		},
	},
	check('headers', 'the headers of a callback', 'all four', async ({ headers }) => {
		const names = ['request-id', 'user-id', 'timestamp', 'signature'];
		const missing = names.filter((name) => headers[`x-fal-webhook-${name}`] === undefined);
		return missing.length === 0 ? 'all four' : `without ${missing.join(', ')}`;
	}),
	check(
		'signature',
		'its signature',
		'by a key of the set, now',
		async ({ headers, body, at }, live) => {
			const signed = readSigned({ headers, body });
			const keys = readKeySet((await keySet(live)).json);
			const isNow = signed && Math.abs(signed.time - at) <= WEBHOOK_CLOCK_SKEW;
			const by = signed && isSignedBy(signed, keys) ? 'by a key of the set' : 'by no known key';
			return `${by}, ${isNow ? 'now' : 'at another time'}`;
		},
	),
	check('body', 'its body', 'OK with the images', async (first, live) => {
		const { status, payload } = parsed(first) as { status?: string; payload?: object };
		const theirs = JSON.stringify((payload as { images?: unknown } | null)?.images);
		const ours = JSON.stringify(imagesIn((await editOf(live)).result));
		return `${status} ${theirs === ours ? 'with the images' : 'with other data'}`;
	}),
	check('retry', 'a callback that was answered 503', 'comes again', async (first, live) => {
		const [, second] = await deliveries(live, 2);
		if (!second) return 'does not come again';
		const pause = ((second.at - first.at) / 1_000).toFixed(1);
		return ['comes again', `after ${pause} s`];
	}),
];
