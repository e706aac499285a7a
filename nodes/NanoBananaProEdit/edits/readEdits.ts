import { attempt } from '../../shared/flow/attempt';
import { scanImage } from '../../shared/images/inspect/image';
import { freeChunk } from '../../shared/images/transfer/bufferPool';
import { CHECKED_AHEAD } from '../../shared/limits';
import { opener } from '../../shared/n8n/itemFiles';
import { toNodeError, type NodeFailure } from '../../shared/n8n/nodeErrors';
import type { Run } from '../../shared/n8n/run';
import type { FileSource } from '../parameters/images/files';
import { requireWhole } from '../parameters/images/lookAtFiles';
import { requireOpen } from '../parameters/images/urls';
import { readEdit, type Edit } from '../parameters/input';

export const isEdit = (read: Edit | NodeFailure): read is Edit => !(read instanceof Error);

interface RowFile {
	row: number;
	source: FileSource;
}

/** The files of all rows, in order; one that several rows share is looked at once. */
function filesOfRows(edits: Edit[]): RowFile[] {
	const seen = new Set<string>();
	return edits.flatMap(({ images }, row) =>
		images.flatMap((source): RowFile[] => {
			if (source.kind === 'url') return [];
			const { id } = source.file;
			if (id && seen.has(id)) return [];
			if (id) seen.add(id);
			return [{ row, source }];
		}),
	);
}

/** Reads the files of all rows to their end, up to so many bytes: half an image in a late row would come after edits that are paid. */
async function checkAhead({ ctx, signal, redact }: Run, edits: Edit[]): Promise<void> {
	let read = 0;
	for (const { row, source } of filesOfRows(edits)) {
		signal?.throwIfAborted();
		if (read >= CHECKED_AHEAD) return;
		try {
			// Freed at once: left to the garbage collector, so many bytes take four times as long.
			const image = await scanImage(opener(ctx, row, source.file), freeChunk);
			read += requireWhole(source, image).size;
		} catch (error) {
			throw toNodeError(ctx.getNode(), error, row, redact);
		}
	}
}

/**
 * Reads and checks every edit before the first is submitted: where the node stops on a failure, one bad row
 * costs nothing.
 *
 * @returns for each item its edit, or where the node goes on, why there is none
 */
export async function readEdits(
	run: Run,
	combineItems: boolean,
): Promise<Array<Edit | NodeFailure>> {
	const { ctx, redact, reads } = run;
	const items = [...ctx.getInputData().keys()];
	if (combineItems) return [await readEdit(run, items)];
	const edits = await Promise.all(
		items.map(async (item) => {
			const read = await attempt(async () => await reads(async () => await readEdit(run, [item])));
			return 'value' in read ? read.value : toNodeError(ctx.getNode(), read.error, item, redact);
		}),
	);
	if (ctx.continueOnFail()) return edits;
	const failure = edits.find((edit) => !isEdit(edit));
	if (failure) throw failure;
	await checkAhead(run, edits.filter(isEdit));
	return edits;
}

/** Finds addresses that have expired before the first submit, but for edits that are submitted already or may be reused. */
export function requireAllOpen(
	{ ctx, redact }: Run,
	edits: Edit[],
	isNew: (item: number) => boolean,
): void {
	for (const [item, { images, options }] of edits.entries()) {
		if (options.reuseResults || !isNew(item)) continue;
		try {
			requireOpen(images);
		} catch (error) {
			throw toNodeError(ctx.getNode(), error, item, redact);
		}
	}
}
