import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { toErrorItem, toNodeError } from '../shared/n8n/nodeErrors';
import { edit, submitEdit } from './operations/edit';
import { getMany } from './operations/getMany';
import { cancelEdit, getResult, getStatus } from './operations/requests';
import type { Operation } from './parameters/operation';
import { properties } from './parameters/properties';

const SUBTITLE = `={{ ({
	edit: 'Edit Image: ' + ($parameter["resolution"] || '1K') + ' ' + String($parameter["outputFormat"] || 'png').toUpperCase(),
	submit: 'Submit Edit',
	getStatus: 'Get Status',
	getResult: 'Get Result',
	cancel: 'Cancel Edit',
	getMany: 'Get Many Edits',
})[$parameter["operation"]] }}`;

const operations: Record<Operation, (ctx: IExecuteFunctions) => Promise<INodeExecutionData[]>> = {
	edit,
	submit: submitEdit,
	getStatus,
	getResult,
	cancel: cancelEdit,
	getMany,
};

export class NanoBananaProEdit implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Nano Banana Pro Edit',
		name: 'nanoBananaProEdit',
		icon: {
			light: 'file:../../icons/nanoBanana.svg',
			dark: 'file:../../icons/nanoBanana.dark.svg',
		},
		group: ['transform'],
		version: 1,
		subtitle: SUBTITLE,
		description:
			'Edit or combine up to 14 images with a text prompt, using Nano Banana Pro on fal.ai. Accepts image files or public image URLs and returns the edited images as files with their URLs.',
		defaults: { name: 'Nano Banana Pro Edit' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [{ name: 'falApi', required: true }],
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		try {
			const operation = this.getNodeParameter('operation', 0, 'edit') as Operation;
			return [await operations[operation](this)];
		} catch (error) {
			// What fails here fails for all items alike, such as a credential that cannot be right.
			const failure = toNodeError(this.getNode(), error, 0);
			if (!this.continueOnFail()) throw failure;
			return [this.getInputData().map((_, item) => toErrorItem(failure, item))];
		}
	}
}
