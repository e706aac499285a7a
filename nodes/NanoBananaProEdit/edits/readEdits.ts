import { toNodeError, type NodeFailure } from '../../shared/n8n/nodeErrors';
import type { Run } from '../../shared/n8n/run';
import { checkAhead } from '../parameters/images/lookAtFiles';
import { requireOpen } from '../parameters/images/urls';
import { readEdit, type Edit } from '../parameters/input';

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

/**
 * Reads and checks every edit before the first is submitted: where the node stops on a failure, one bad row
 * costs nothing.
 *
 * @param isNew whether an item's edit is surely not submitted yet
 * @returns for each item, or for all together, the edit; or where the node goes on, why there is none
 */
export async function readEdits(
	run: Run,
	combineItems: boolean,
	isNew: (item: number) => boolean,
): Promise<Array<Edit | NodeFailure>> {
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
	if (!combineItems)
		await checkAhead(
			run,
			sound.map(({ images }) => images),
		);
	requireAllOpen(run, sound, isNew);
	return edits;
}
