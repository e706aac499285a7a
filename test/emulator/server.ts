import type { IncomingMessage, ServerResponse } from 'node:http';

import { control } from './control';
import { asAnswered, asCalled } from './differences';
import type { Subject } from './faults';
import { answerFaults } from './faults/answers';
import { answerWithFault } from './faults/connection';
import {
	detail,
	flatHeaders,
	isObject,
	json,
	packed,
	parseJson,
	readBody,
	send,
	type Answer,
	type Call,
} from './http';
import { destinationOf } from './proxy';
import { recordCall } from './recorder';
import { findRoute, type Found } from './router';
import { findUpload } from './routes/storage';
import { promptOf } from './routes/submit';
import type { CallRecord } from './types';
import type { World } from './world';

/** One call from its first byte to its last. */
export async function serve(
	world: World,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const method = request.method ?? 'GET';
	if (request.url?.startsWith('/_emulator/'))
		return await send(response, await control(world, request));
	const destination = destinationOf(request, world.url, world.settings);
	const found = findRoute(destination.host, method, destination.target);
	const { stage, params } = found;
	const noted = { stage, method, headers: flatHeaders(request), requestId: params.id || undefined };
	const record = recordCall(world, noted, destination);
	response.on('finish', () => (record.statusCode = response.statusCode));
	const call: Call = {
		stage,
		method,
		target: destination.target,
		headers: destination.headers,
		params,
		body: Buffer.alloc(0),
		chunked: request.headers['transfer-encoding'] !== undefined,
		encodings: flatHeaders(request)['accept-encoding'] ?? '',
	};
	const body = await readBody(request, (half) => breaksDuring(world, call, half, record));
	if (!body) return void response.destroy();
	record.bodyBytes = body.length;
	const whole = { ...call, body };
	if (destination.refusal) return await send(response, destination.refusal);
	await answer(world, whole, found, response, record);
}

async function answer(
	world: World,
	call: Call,
	found: Found,
	response: ServerResponse,
	record: CallRecord,
): Promise<void> {
	const subject = subjectOf(world, call);
	const handle = async () => {
		const taken = asCalled(world.settings.differences, call);
		const plain = asAnswered(world, taken, await found.handle(world, taken));
		if (call.stage === 'submit') record.requestId = plain.headers['x-fal-request-id'];
		return withOddAnswer(world, call, subject, plain, record);
	};
	const rule = world.faults.take(call.stage, 'connection', subject);
	if (!rule) return await send(response, packed(call, await handle()));
	record.fault = rule.kind;
	await answerWithFault(rule, handle, response, world.clock);
}

function withOddAnswer(
	world: World,
	call: Call,
	subject: Subject,
	plain: Answer,
	record: CallRecord,
): Answer {
	if (plain.status >= 300 || plain.write) return plain;
	const rule = world.faults.take(call.stage, 'answer', subject);
	const body = rule && parseJson(Buffer.from(plain.body))?.value;
	if (!rule || !isObject(body)) return plain;
	record.fault = rule.kind;
	const { 'x-fal-request-id': id, ...headers } = plain.headers;
	const kept = rule.kind === 'no-request-id' || id === undefined ? headers : plain.headers;
	return json(plain.status, answerFaults[rule.kind]?.(body), kept);
}

function breaksDuring(world: World, call: Call, half: Buffer, record: CallRecord): boolean {
	// The whole prompt may not be there yet; what is there decides.
	const text = findUpload(world, call)?.fileName ?? half.toString('utf8', 0, 100_000);
	const rule = world.faults.take(call.stage, 'during', {
		text,
		fileName: text,
		url: call.target.href,
	});
	if (!rule) return false;
	record.fault = rule.kind;
	record.bodyBytes = half.length;
	return true;
}

/** What a fault can be chosen by: the prompt of the request, or the name of the file. */
function subjectOf(world: World, call: Call): Subject {
	const url = call.target.href;
	if (call.stage === 'submit') return { text: promptOf(parseJson(call.body)?.value), url };
	const live = world.queue.get(call.params.id);
	if (live) return { text: live.prompt, requestId: live.job.id, url };
	if (call.stage === 'initiate') {
		const body = parseJson(call.body)?.value;
		const name = isObject(body) ? String(body.file_name) : '';
		return { text: name, fileName: name, url };
	}
	const name =
		findUpload(world, call)?.fileName ?? world.media.get(call.target.pathname)?.faultText;
	return { text: name, fileName: name, url };
}

export function serverError(error: unknown): Answer {
	return detail(500, `emulator: ${String(error)}`);
}
