import type { Workflow, WorkflowNode } from '../n8n';
import { chain, edit, manualTrigger, readFiles, type NodeSpec } from '../e2e/support/workflow';
import type { Subject } from './workloads';

export type InN8n = Exclude<Subject, 'bare'>;

export interface Place {
	folder: string;
	/** of the loop's Wait, in s */
	wait: number;
}

const INITIATE = 'https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3';
const QUEUE = 'https://queue.fal.run/fal-ai/nano-banana-pro';
const PROMPT = 'Make it night';

/** 50 at a time is what n8n proposes; its pause of 1 s would only slow the loop here. */
const batching = { batch: { batchSize: 50, batchInterval: 100 } };

const http = (name: string, parameters: Record<string, unknown>): NodeSpec => ({
	name,
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.5,
	parameters: { options: { batching }, ...parameters },
});

/** A call to fal's API with the saved key. */
const call = (name: string, method: string, url: string, body?: string) =>
	http(name, {
		method,
		url,
		authentication: 'predefinedCredentialType',
		nodeCredentialType: 'falApi',
		...(body && { sendBody: true, specifyBody: 'json', jsonBody: body }),
	});

const put = http('Put', {
	method: 'PUT',
	url: '={{ $json.upload_url }}',
	sendBody: true,
	contentType: 'binaryData',
	inputDataFieldName: "={{ $('Read Images').item.binary.data }}",
});

const wait = (seconds: number): NodeSpec => ({
	name: 'Wait',
	type: 'n8n-nodes-base.wait',
	typeVersion: 1.1,
	webhookId: 'bench-wait',
	parameters: { resume: 'timeInterval', amount: seconds, unit: 'seconds' },
});

const isDone: NodeSpec = {
	name: 'Is Done',
	type: 'n8n-nodes-base.if',
	typeVersion: 2.2,
	parameters: {
		conditions: {
			options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
			combinator: 'and',
			conditions: [
				{
					id: 'done',
					leftValue: '={{ $json.status }}',
					rightValue: 'COMPLETED',
					operator: { type: 'string', operation: 'equals' },
				},
			],
		},
	},
};

const splitOut: NodeSpec = {
	name: 'Split Out',
	type: 'n8n-nodes-base.splitOut',
	typeVersion: 1,
	parameters: { fieldToSplitOut: 'images', options: {} },
};

const download = http('Download', {
	url: '={{ $json.url }}',
	options: { batching, response: { response: { responseFormat: 'file' } } },
});

/**
 * What people build today: a file up, an order, and a loop of waits and looks over all that is still
 * open; what is found done is fetched before the next wait.
 */
function loop(place: Place): Workflow {
	const initiated = "$('Initiate').item.json.file_url";
	const workflow = chain('Loop', [
		manualTrigger,
		readFiles(`${place.folder}/*`),
		call(
			'Initiate',
			'POST',
			INITIATE,
			'={{ { content_type: $binary.data.mimeType, file_name: $binary.data.fileName } }}',
		),
		put,
		call(
			'Submit',
			'POST',
			`${QUEUE}/edit`,
			`={{ { prompt: '${PROMPT}', image_urls: [${initiated}] } }}`,
		),
		wait(place.wait),
		call('Status', 'GET', `=${QUEUE}/requests/{{ $json.request_id }}/status`),
		isDone,
		call('Result', 'GET', `=${QUEUE}/requests/{{ $json.request_id }}`),
		splitOut,
		download,
	]);
	const [done, again] = ['Result', 'Wait'].map((node) => [{ node, type: 'main', index: 0 }]);
	const connections = { ...workflow.connections, 'Is Done': { main: [done, again] } };
	return { ...workflow, connections };
}

const nothing: WorkflowNode = {
	name: 'Nothing',
	type: 'n8n-nodes-base.noOp',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

export function workflowOf(subject: InN8n, place: Place): Workflow {
	if (subject === 'loop') return loop(place);
	const last = subject === 'node' ? edit({ prompt: PROMPT }) : nothing;
	return chain(subject, [manualTrigger, readFiles(`${place.folder}/*`), last]);
}

/** The nodes whose time counts, and the one whose items are the images. */
export const timed: Record<InN8n, { from: string; images: string }> = {
	none: { from: 'Nothing', images: 'Nothing' },
	node: { from: 'Edit', images: 'Edit' },
	loop: { from: 'Initiate', images: 'Download' },
};
