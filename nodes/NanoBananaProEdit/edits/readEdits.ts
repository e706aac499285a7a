import { IS_FOR_IMAGES, UNITS, type Price } from '../../shared/fal/account/price';
import { describeFailure } from '../../shared/fal/errors';
import { FalFailure } from '../../shared/fal/failure';
import { attempt } from '../../shared/flow/attempt';
import { InputError } from '../../shared/n8n/inputError';
import { toNodeError, type NodeFailure } from '../../shared/n8n/nodeErrors';
import type { Run } from '../../shared/n8n/run';
import { checkAhead } from '../parameters/images/lookAtFiles';
import { requireOpen } from '../parameters/images/urls';
import { readEdit, type Edit, type Fields } from '../parameters/input';

const LABEL = "'Maximum Cost (USD)'";

/** The most that an edit can count. */
function unitsOf({ num_images = 1, resolution = '1K', enable_web_search }: Fields): number {
	return num_images * (UNITS.image[resolution] + (enable_web_search ? UNITS.webSearch : 0));
}

const cannotBeChecked = (why: string) =>
	new InputError(
		`${LABEL} cannot be checked, so nothing was submitted`,
		`${why} Try again later, or use 'Maximum Images' instead, which needs no price.`,
	);

async function priceFor(run: Run): Promise<Price> {
	const asked = await attempt(async () => await run.price.needed());
	if ('error' in asked) {
		if (!(asked.error instanceof FalFailure)) throw asked.error;
		const { message, description } = describeFailure(asked.error.facts);
		throw cannotBeChecked(`${message}. ${description}`);
	}
	const { currency, unit } = asked.value;
	if (currency !== 'USD') throw cannotBeChecked(`fal's price list is in ${currency}.`);
	if (!IS_FOR_IMAGES.test(unit)) throw cannotBeChecked(`fal's price is for ${unit}, not images.`);
	return asked.value;
}

function checkMaxImages(edits: Edit[], maxImages = Infinity): void {
	const wanted = edits.reduce((sum, { fields }) => sum + (fields.num_images ?? 1), 0);
	if (wanted <= maxImages) return;
	throw new InputError(
		`This run would make ${wanted} images, but 'Maximum Images' allows ${maxImages}`,
		"Send fewer items to this node, or raise 'Maximum Images' under Options. Nothing was charged.",
	);
}

/** A cap that cannot be checked is none, so without a price nothing is submitted. */
async function checkMaxCost(run: Run, edits: Edit[], maxCost?: number): Promise<void> {
	if (maxCost === undefined || edits.length === 0) return;
	const { amount } = await priceFor(run);
	const units = edits.reduce((sum, { fields }) => sum + unitsOf(fields), 0);
	const cost = Number((units * amount).toFixed(6));
	if (cost <= maxCost) return;
	throw new InputError(
		`This run could cost ${cost} USD by fal's price list, but ${LABEL} allows ${maxCost}`,
		`Send fewer items to this node, or raise ${LABEL} under Options. Nothing was charged.`,
	);
}

export const isEdit = (read: Edit | NodeFailure): read is Edit => !(read instanceof Error);

/** @param items those of one edit */
async function readOne(run: Run, items: number[]): Promise<Edit | NodeFailure> {
	try {
		return await readEdit(run, items);
	} catch (error) {
		return toNodeError(run.ctx.getNode(), error, items[0]!, run.redact);
	}
}

/** Finds addresses that have expired, but for edits that are submitted already or may be reused. */
function requireAllOpen({ ctx, redact }: Run, edits: Edit[], isNew: (item: number) => boolean) {
	for (const [item, { images, options }] of edits.entries()) {
		if (options.reuseResults || !isNew(item)) continue;
		try {
			requireOpen(images);
		} catch (error) {
			throw toNodeError(ctx.getNode(), error, item, redact);
		}
	}
}

async function readAll(run: Run, combineItems: boolean, isNew: (item: number) => boolean) {
	const { ctx, reads } = run;
	const items = [...ctx.getInputData().keys()];
	const groups = combineItems ? [items] : items.map((item) => [item]);
	const edits = await Promise.all(
		groups.map(async (group) => await reads(async () => await readOne(run, group))),
	);
	const goesOn = ctx.continueOnFail();
	const failure = edits.find((edit) => !isEdit(edit));
	if (failure && (combineItems || !goesOn)) throw failure;
	if (goesOn) return edits;
	const sound = edits.filter(isEdit);
	const images = sound.map((edit) => edit.images);
	if (!combineItems) await checkAhead(run, images);
	requireAllOpen(run, sound, isNew);
	return edits;
}

/**
 * Reads and checks every edit before the first is submitted: where the node stops on a failure, one bad row
 * costs nothing.
 *
 * @param isNew whether an item's edit is surely not submitted yet
 * @param caps the most images, and the most USD, in one run; for the first fal is not asked
 * @returns for each item, or for all together, the edit; or where the node goes on, why there is none
 * @throws InputError when the run could go over a cap, or when that cannot be known
 */
export async function readEdits(
	run: Run,
	isNew: (item: number) => boolean,
	caps: { combineItems: boolean; maxImages?: number; maxCost?: number },
): Promise<Array<Edit | NodeFailure>> {
	const edits = await readAll(run, caps.combineItems, isNew);
	const sound = edits.filter(isEdit);
	checkMaxImages(sound, caps.maxImages);
	await checkMaxCost(run, sound, caps.maxCost);
	return edits;
}
