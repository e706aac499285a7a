import { attempt } from '../../shared/flow/attempt';
import { describeFailure } from '../../shared/fal/errors';
import { FalFailure } from '../../shared/fal/failure';
import { IS_FOR_IMAGES, UNITS, type Price } from '../../shared/fal/account/price';
import { InputError } from '../../shared/n8n/inputError';
import type { Run } from '../../shared/n8n/run';
import type { Edit, Fields } from '../parameters/input';

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

/**
 * To be asked when all edits are read, and before the first is submitted.
 *
 * @param caps the most images, and the most USD, in one run; for the first fal is not asked
 * @throws InputError when the run could go over one, or when that cannot be known
 */
export async function checkCaps(
	run: Run,
	edits: Edit[],
	{ maxImages, maxCost }: { maxImages?: number; maxCost?: number },
): Promise<void> {
	checkMaxImages(edits, maxImages);
	await checkMaxCost(run, edits, maxCost);
}
