import {
	NodeApiError,
	NodeOperationError,
	type INode,
	type INodeExecutionData,
	type JsonObject,
} from 'n8n-workflow';
import { describeFailure } from '../fal/errors';
import { FalFailure, isInDoubt } from '../fal/failure';
import { WaitTimeout, type AfterTimeout, type WaitPart } from '../fal/queue/wait';
import { InputError } from './inputError';

export type NodeFailure = NodeApiError | NodeOperationError;

/**
 * `context.doubt` says that fal may have taken a submit, and charge for it.
 *
 * NodeApiError replaces a message that holds a network code anywhere; set after the fact, ours stays.
 */
function fromFal(node: INode, { facts }: FalFailure, itemIndex: number): NodeFailure {
	const { message, description, type } = describeFailure(facts);
	const { status, requestId } = facts;
	const error =
		status === undefined
			? new NodeOperationError(node, message, { description, itemIndex })
			: new NodeApiError(node, { message } as JsonObject, {
					message,
					description,
					httpCode: String(status),
					itemIndex,
				});
	error.message = message;
	error.description = description;
	const doubt = isInDoubt(facts) ? { doubt: true } : {};
	Object.assign(error.context, { type, request_id: requestId, httpCode: status, ...doubt });
	return error;
}

/** What became of a request whose time was up: while fal worked on it, and while it waited in the queue. */
const AFTER_TIMEOUT: Record<WaitPart, Record<AfterTimeout, string>> = {
	work: {
		'cancel requested':
			'fal was asked to cancel it, but may still finish it and charge for it. If so, get the images with Get Result and this ID.',
		'not cancelled':
			'It could not be cancelled. Try to get the images later with Get Result and this ID.',
		'goes on':
			'It was not cancelled and is still running at fal. Run Get Result again later with this ID.',
	},
	queue: {
		'cancel requested':
			'It was cancelled in the queue at no cost. If fal had just started it, get the images with Get Result and this ID.',
		'not cancelled':
			'It could not be cancelled. Try to get the images later with Get Result and this ID.',
		'goes on':
			"It was not cancelled and is still waiting in fal's queue. Run Get Result again later with this ID.",
	},
};

const LONGER = {
	work: "To give fal more time, raise 'Timeout (Seconds)' under Options.",
	queue:
		"To let edits wait longer, raise 'Start Timeout (Seconds)' under Options of Edit Image or Submit Edit.",
};

function fromTimeout(node: INode, error: WaitTimeout, itemIndex: number): NodeFailure {
	const { ended, seconds, requestId, after } = error;
	const verb = ended === 'queue' ? 'start' : 'finish';
	const failure = new NodeOperationError(
		node,
		`fal did not ${verb} the edit within ${seconds} seconds`,
		{
			description: `${AFTER_TIMEOUT[ended][after]} ${LONGER[ended]} Request ID: ${requestId}`,
			itemIndex,
		},
	);
	failure.context.request_id = requestId;
	return failure;
}

/** A stop's own error comes from another realm in some of n8n's processes, so its name has to do. */
const isStop = (error: unknown) => (error as { name?: unknown } | undefined)?.name === 'AbortError';

/** n8n tells a stopped execution from a failed one by the word "canceled". */
const STOPPED = 'The execution was canceled';

/**
 * The one place that makes n8n's errors: from fal's failures, from bad input, from n8n itself.
 *
 * @param redact takes the API key out of a text
 */
export function toNodeError(
	node: INode,
	error: unknown,
	itemIndex: number,
	redact: (text: string) => string = (text) => text,
): NodeFailure {
	if (error instanceof FalFailure) return redacted(fromFal(node, error, itemIndex), redact);
	if (error instanceof WaitTimeout) return fromTimeout(node, error, itemIndex);
	if (error instanceof InputError) {
		const { message, description } = error;
		return redacted(new NodeOperationError(node, message, { description, itemIndex }), redact);
	}
	if (error instanceof NodeApiError || error instanceof NodeOperationError) {
		error.context.itemIndex ??= itemIndex;
		return redacted(error, redact);
	}
	const text = isStop(error) ? STOPPED : error instanceof Error ? error.message : String(error);
	const own = (error as { description?: unknown } | undefined)?.description;
	const failure = new NodeOperationError(node, redact(text), {
		description: typeof own === 'string' ? redact(own) : undefined,
		itemIndex,
	});
	return failure;
}

function redacted(error: NodeFailure, redact: (text: string) => string): NodeFailure {
	error.message = redact(error.message);
	if (error.description) error.description = redact(error.description);
	if (typeof error.context.type === 'string') error.context.type = redact(error.context.type);
	return error;
}

/**
 * The item of a failed edit when the node goes on. Only `error` and `details` in `json` and no `error`
 * on the item: the one shape that n8n sends to the error output with the input's fields kept.
 */
export function toErrorItem(error: NodeFailure, itemIndex: number): INodeExecutionData {
	const { request_id, type, httpCode } = error.context as Record<string, unknown>;
	const details = {
		...(error.description && { description: error.description }),
		...(typeof request_id === 'string' && { request_id }),
		...(httpCode !== undefined && { http_code: Number(httpCode) }),
		...(typeof type === 'string' && { type }),
	};
	return { json: { error: error.message, details }, pairedItem: { item: itemIndex } };
}
