import type { IExecuteFunctions, INode } from 'n8n-workflow';
import { attempt } from '../flow/attempt';
import { REQUESTS_KEPT } from '../limits';
import { processMemory } from '../requests/processMemory';
import { Gathered, ProcessedMemory } from './processedMemory';

/** fal shows nothing of a request by which its workflow is known, and this node's own memory only it can read. */
const memoryOf = (ctx: IExecuteFunctions) => new ProcessedMemory(ctx, REQUESTS_KEPT, 'workflow');

/** A Remove Duplicates node whose scope is the workflow has the same memory, and may know request ids of its own. */
const noteOf = (requestId: string) => `submitted ${requestId}`;

/** Whether a trigger of this workflow may ask for what it has submitted; n8n's public types do not show its nodes. */
function isAskedFor(ctx: IExecuteFunctions): boolean {
	const { nodes } = (ctx as { workflow?: { nodes?: Record<string, INode> } }).workflow ?? {};
	return !nodes || Object.values(nodes).some(({ type }) => /\.fal(Poll)?Trigger$/.test(type));
}

/** Gathers what one run notes of its requests as this workflow's. */
export const gatherSubmits = (ctx: IExecuteFunctions): Gathered<unknown> =>
	new Gathered(async (ids) => await memoryOf(ctx).enter(...ids));

/** Notes that this workflow has submitted a request, in n8n's database before its item goes on. */
export async function noteSubmitted(
	{ ctx, submits }: { ctx: IExecuteFunctions; submits: Gathered<unknown> },
	requestId: string,
): Promise<void> {
	processMemory.noteSubmit(requestId, { workflowId: ctx.getWorkflow().id ?? '' });
	if (!memoryOf(ctx).isThere || !isAskedFor(ctx)) return;
	const noted = await attempt(async () => await submits.add(noteOf(requestId)));
	if ('error' in noted)
		ctx.logger.warn(
			`Request ${requestId} could not be noted as this workflow's: ${String(noted.error)}`,
		);
}

/** Whether a workflow has submitted a request; undefined where this process does not know. */
export function isOf(workflowId: string | undefined, requestId: string): boolean | undefined {
	const submit = processMemory.submitOf(requestId);
	return submit && submit.workflowId === workflowId;
}

/** @returns those of the requests that this workflow has not submitted */
export async function othersOf(ctx: IExecuteFunctions, requestIds: string[]): Promise<Set<string>> {
	const { id } = ctx.getWorkflow();
	const unknown = requestIds.filter((one) => isOf(id, one) === undefined);
	const memory = memoryOf(ctx);
	const known = memory.isThere ? await memory.knownOf(unknown.map(noteOf)) : [];
	return new Set(requestIds.filter((one) => !(isOf(id, one) ?? known.includes(noteOf(one)))));
}
