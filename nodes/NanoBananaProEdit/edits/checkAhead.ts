import type { Run } from '../../shared/n8n/run';
import { CHECKED_AHEAD } from '../../shared/limits';
import { opener } from '../../shared/n8n/itemFiles';
import { freeChunk } from '../../shared/images/transfer/bufferPool';
import { scanImage } from '../../shared/images/inspect/image';
import type { FileSource } from '../parameters/images/files';
import type { EditOrder } from '../parameters/input';
import { requireWhole } from '../parameters/images/lookAtFiles';

interface RowFile {
	row: number;
	source: FileSource;
}

/** The files of all rows, in order; one that several rows share is looked at once. */
function filesOfRows(orders: EditOrder[]): RowFile[] {
	const seen = new Set<string>();
	return orders.flatMap(({ images }, row) =>
		images.flatMap((source): RowFile[] => {
			if (source.kind === 'url') return [];
			const { id } = source.file;
			if (id && seen.has(id)) return [];
			if (id) seen.add(id);
			return [{ row, source }];
		}),
	);
}

/**
 * Reads the files of all rows to their end, up to so many bytes, before anything is ordered: where the
 * node stops on a failure, half an image in a late row would come after orders that are paid.
 *
 * @param refuse makes an error that names the row
 * @throws what `refuse` makes of the first file that cannot be read or is no whole image
 */
export async function checkAhead(
	{ ctx, signal }: Run,
	orders: EditOrder[],
	refuse: (error: unknown, row: number) => Error,
): Promise<void> {
	let read = 0;
	for (const { row, source } of filesOfRows(orders)) {
		signal?.throwIfAborted();
		if (read >= CHECKED_AHEAD) return;
		try {
			// Freed at once: left to the garbage collector, so many bytes take four times as long.
			const image = await scanImage(opener(ctx, row, source.file), freeChunk);
			read += requireWhole(source, image).size;
		} catch (error) {
			throw refuse(error, row);
		}
	}
}
