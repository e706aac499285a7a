import { attempt } from '../../shared/flow/attempt';
import { FalFailure } from '../../shared/fal/failure';
import { speakerOf } from '../../shared/fal/speaker';
import type { FalConnection } from '../../shared/fal/http/client';
import { readResult } from '../../shared/fal/queue/result';
import { CALL_DEADLINE } from '../../shared/limits';
import type { Earlier, FindEarlier, Run } from '../../shared/n8n/run';
import { toItems, type ResultItem } from '../../shared/images/transfer/resultItems';
import { areSameFields, isDrawnSeed, type RequestFields } from '../../shared/requests/fingerprint';
import { pastRequests, type Past } from '../../shared/requests/recover';
import type { Edit } from '../parameters/input';
import { imageKeys } from './upload';

const lookUpKey = ({ prompt, image_urls }: RequestFields) => JSON.stringify([prompt, image_urls]);

/** A drawn seed says nothing about what was asked for. */
const asked = ({ seed, ...fields }: RequestFields): RequestFields =>
	isDrawnSeed(seed) || seed === undefined || seed === null ? fields : { ...fields, seed };

/**
 * What this account has got by requests with exactly these fields within so many days.
 *
 * @returns finds them, the newest first, by fields with keys in place of the images' addresses
 * @throws FalFailure of stage `history`; the signal's reason
 */
async function readEarlier(
	connection: FalConnection,
	days: number,
	signal?: AbortSignal,
): Promise<FindEarlier> {
	const index = new Map<string, Array<Earlier & Pick<Past, 'fields'>>>();
	const start = new Date(Date.now() - days * 24 * 3_600_000).toISOString();
	for await (const past of pastRequests(connection, { start, status: 'success' }, signal)) {
		const read = await attempt(async () => readResult(past.output));
		if ('error' in read) continue;
		const fields = asked(past.fields);
		const name = lookUpKey(fields);
		const known = index.get(name) ?? [];
		index.set(name, [...known, { requestId: past.requestId, fields, result: read.value }]);
	}
	return (fields) => {
		const ours = asked(fields);
		return (index.get(lookUpKey(ours)) ?? []).filter((one) => areSameFields(ours, one.fields));
	};
}

/** The history, read once a run. Where it cannot be read there is nothing to reuse, which a hint says. */
async function finderOf(run: Run, days: number): Promise<FindEarlier> {
	return await run.earlier.get(String(days), async () => {
		const read = await attempt(async () => await readEarlier(run.connection, days, run.signal));
		if ('value' in read) return read.value;
		if (!(read.error instanceof FalFailure)) throw read.error;
		run.connection.refused?.set('history', speakerOf(read.error.facts));
		return () => [];
	});
}

/** Whether a file is no longer there, or no image any more; what else goes wrong is about the way to it. */
const isFileGone = (error: unknown) =>
	error instanceof FalFailure &&
	speakerOf(error.facts) !== 'between' &&
	(error.facts.unusable !== undefined || [401, 403, 404, 410].includes(error.facts.status ?? 0));

async function opens({ openDownload, signal }: Run, url: string): Promise<boolean> {
	const { status, body } = await openDownload(url, CALL_DEADLINE, signal);
	// n8n lets go of the connection only once its reading has begun.
	const reading = body[Symbol.asyncIterator]();
	await reading.next();
	await reading.return?.();
	return status === 200;
}

async function deliverEarlier(run: Run, earlier: Earlier, { options }: Edit) {
	const { requestId, result } = earlier;
	if (!options.downloadImages) {
		const open = await Promise.all(result.images.map(async ({ url }) => await opens(run, url)));
		if (open.includes(false)) return undefined;
	}
	const delivered = await attempt(async () => await toItems(run, requestId, result, options));
	if ('error' in delivered && !isFileGone(delivered.error)) throw delivered.error;
	return 'value' in delivered ? delivered.value : undefined;
}

/**
 * The images of an edit with the same fields and the same images that this account has paid for within so many
 * days, where its files still open.
 *
 * @returns output items that say so; undefined where there is no such edit
 * @throws InputError for an unfit file; FalFailure of stage `download`, which names the earlier request
 */
export async function findEarlierResult(
	run: Run,
	itemIndex: number,
	edit: Edit,
): Promise<ResultItem[] | undefined> {
	const { fields, images, options } = edit;
	if (!options.reuseResults) return undefined;
	const find = await finderOf(run, options.reuseResults);
	const keys = await imageKeys(run, itemIndex, images);
	for (const earlier of find({ ...fields, image_urls: keys })) {
		const items = await deliverEarlier(run, earlier, edit);
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
