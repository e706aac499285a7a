import type { IncomingMessage } from 'node:http';

import type { FaultRule } from './faults';
import { detail, isObject, json, parseJson, readBody, type Answer } from './http';
import type { World } from './world';

/** The emulator's own routes, for tests in another process than it. */
export async function control(world: World, request: IncomingMessage): Promise<Answer> {
	const body = await readBody(request, () => false);
	const value = parseJson(body ?? Buffer.alloc(0))?.value;
	const action = `${request.method} ${request.url}`;
	if (action === 'GET /_emulator/state') return { ...json(200, null), body: stateJson(world) };
	if (action === 'POST /_emulator/reset') return done(() => world.reset());
	if (action === 'DELETE /_emulator/faults') return done(() => world.faults.clear());
	if (!isObject(value)) return detail(404, 'Not Found');
	if (action === 'POST /_emulator/faults')
		return done(() => world.faults.add(value as unknown as FaultRule));
	if (action === 'POST /_emulator/options')
		return done(() => void Object.assign(world.settings, value));
	return detail(404, 'Not Found');
}

function done(action: () => void): Answer {
	try {
		action();
		return json(200, {});
	} catch (error) {
		return detail(400, String(error));
	}
}

const longest = 4096;

/** Without file bytes: megabytes in every state would slow the tests that read it. */
function stateJson({ jobs, records, leaks, uploads }: World): string {
	const files = uploads.map((upload) => ({ ...upload, bytes: undefined }));
	return JSON.stringify({ jobs, records, leaks, uploads: files }, (_name, value: unknown) => {
		const long = typeof value === 'string' && value.startsWith('data:') && value.length > longest;
		return long ? `${value.slice(0, 64)}… (${value.length} characters)` : value;
	});
}
