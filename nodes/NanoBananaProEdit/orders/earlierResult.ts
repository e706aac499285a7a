import { attempt } from '../../shared/flow/attempt';
import { PromiseCache } from '../../shared/flow/promiseCache';
import { readResult, type EditResult } from '../../shared/fal/queue/editResult';
import { FalFailure, speakerOf } from '../../shared/fal/failure';
import { historyPages } from '../../shared/fal/account/history';
import { CALL_DEADLINE, REUSE_PAGES } from '../../shared/limits';
import type { Run } from '../../shared/n8n/run';
import { toItems, type ResultItem } from '../../shared/images/transfer/resultItems';
import type { EditOrder } from '../parameters/input';
import { withImageKeys } from './imageKey';
import { isSameOrder, type OrderFields } from './sameOrder';
import { imageKeys } from './upload';

/** An order of before that gave images. */
interface Earlier {
	requestId: string;
	/** with keys in place of the images' addresses */
	fields: OrderFields;
	result: EditResult;
}

/** Orders by what is most their own, the newest first. */
type Index = Map<string, Earlier[]>;

const nameOf = ({ prompt, image_urls }: OrderFields) => JSON.stringify([prompt, image_urls]);

async function readIndex({ connection, signal }: Run, days: number): Promise<Index> {
	const index: Index = new Map();
	const start = new Date(Date.now() - days * 24 * 3_600_000).toISOString();
	let pages = 0;
	for await (const page of historyPages(connection, { start, status: 'success' }, signal)) {
		for (const { request_id: requestId, json_input, json_output } of page.items) {
			const read = await attempt(async () => readResult(json_output));
			if ('error' in read) continue;
			const fields = withImageKeys(json_input);
			const name = nameOf(fields);
			index.set(name, [...(index.get(name) ?? []), { requestId, fields, result: read.value }]);
		}
		if (++pages >= REUSE_PAGES) break;
	}
	return index;
}

const indexes = new WeakMap<Run, PromiseCache<Index>>();

/** The history, read once a run. Where it cannot be read there is nothing to reuse, which a hint says. */
async function indexOf(run: Run, days: number): Promise<Index> {
	const cache = indexes.get(run) ?? new PromiseCache<Index>();
	indexes.set(run, cache);
	return await cache.get(String(days), async () => {
		const read = await attempt(async () => await readIndex(run, days));
		if ('value' in read) return read.value;
		if (!(read.error instanceof FalFailure)) throw read.error;
		run.connection.refused?.set('history', speakerOf(read.error.facts));
		return new Map() as Index;
	});
}

/** Whether a file is no longer there, or no image any more; what else goes wrong is about the way to it. */
const isGone = (error: unknown) =>
	error instanceof FalFailure &&
	speakerOf(error.facts) !== 'between' &&
	(error.facts.unusable !== undefined || [401, 403, 404, 410].includes(error.facts.status ?? 0));

async function opens({ openDownload, signal }: Run, url: string): Promise<boolean> {
	const { status, body } = await openDownload(url, CALL_DEADLINE, signal);
	body.destroy();
	return status === 200;
}

async function deliver(run: Run, earlier: Earlier, { options }: EditOrder) {
	const { requestId, result } = earlier;
	if (!options.downloadImages) {
		const open = await Promise.all(result.images.map(async ({ url }) => await opens(run, url)));
		if (open.includes(false)) return undefined;
	}
	const delivered = await attempt(async () => await toItems(run, requestId, result, options));
	if ('error' in delivered && !isGone(delivered.error)) throw delivered.error;
	return 'value' in delivered ? delivered.value : undefined;
}

/**
 * The images of an order with the same fields and the same images that this account has paid for
 * within so many days, where its files still open.
 *
 * @returns output items that say so; undefined where there is no such order
 * @throws InputError for an unfit file; FalFailure of stage `download`, which names the earlier request
 */
export async function findEarlierResult(
	run: Run,
	itemIndex: number,
	order: EditOrder,
): Promise<ResultItem[] | undefined> {
	const { fields, images, options } = order;
	if (!options.reuseResults) return undefined;
	const index = await indexOf(run, options.reuseResults);
	if (index.size === 0) return undefined;
	const ours = { ...fields, image_urls: await imageKeys(run, itemIndex, images) };
	const same = (index.get(nameOf(ours)) ?? []).filter((one) => isSameOrder(ours, one.fields));
	for (const earlier of same) {
		const items = await deliver(run, earlier, order);
		const free = options.includeCost ? { cost: 0, billable_units: 0 } : {};
		if (items) {
			return items.map(({ json, ...rest }) => ({
				...rest,
				json: { ...json, reused: true, ...free },
			}));
		}
	}
	return undefined;
}
