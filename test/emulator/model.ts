import { randomBytes } from 'node:crypto';

import { billableUnits } from './billing';
import { platformFailure, Refusal, refused } from './errors';
import { modelFailure } from './faults/modelErrors';
import { loadInputs } from './inputs';
import type { ImageFile, LiveJob, Outcome, Output } from './outcome';
import { makeImages, type Image } from './image';
import { fillDefaults, schemaErrors, type Edit } from './schema';
import type { World } from './world';

/** What fal's runner does: check the input, fetch the images, make new ones. */
export async function runModel(world: World, live: LiveJob): Promise<Outcome> {
	const rule = world.faults.take('model', 'model', { text: live.prompt, requestId: live.job.id });
	if (rule) return { failure: modelFailure(rule.kind) };
	const errors = schemaErrors(live.job.input);
	if (errors.length > 0) return { failure: refused(errors) };
	try {
		const edit = fillDefaults(live.job.input);
		const inputs = await loadInputs(world, edit.image_urls);
		const output = makeImages(world, live, edit, inputs).then((images) =>
			publish(world, live, edit, images),
		);
		// Nobody may ask for this result; its failure must not end the process then.
		output.catch(() => undefined);
		return { output, count: edit.num_images, units: billableUnits(edit, edit.num_images) };
	} catch (error) {
		if (error instanceof Refusal) return { failure: error.failure };
		return { failure: platformFailure(500, 'internal_error', String(error)) };
	}
}

function publish(world: World, live: LiveJob, edit: Edit, made: Image[]): Output {
	const images = made.map((image) => (edit.sync_mode ? inline(image) : stored(world, live, image)));
	return { images, description: '' };
}

const UNKNOWN_SIZE = { file_size: null, width: null, height: null };

function stored(world: World, live: LiveJob, { bytes, format }: Image): ImageFile {
	const name = `${randomBytes(16).toString('base64url')}.${format}`;
	const path = world.media.newPath(name);
	const contentType = `image/${format}`;
	const expiresAt = world.media.expiry(live.lifecycle);
	world.media.put(path, { name, contentType, bytes, expiresAt, faultText: live.prompt });
	return {
		url: world.media.urlOf(path),
		content_type: contentType,
		file_name: name,
		...UNKNOWN_SIZE,
	};
}

/** `sync_mode`: the file is in the answer itself, and without sizes. */
function inline({ bytes, format }: Image): ImageFile {
	const contentType = `image/${format}`;
	return {
		url: `data:${contentType};base64,${bytes.toString('base64')}`,
		content_type: contentType,
		file_name: `output.${format}`,
		...UNKNOWN_SIZE,
	};
}
