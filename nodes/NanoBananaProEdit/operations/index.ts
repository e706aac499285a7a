import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { cancelEdit } from './cancel';
import { edit } from './edit';
import { getResult } from './getResult';
import { getStatus } from './getStatus';
import { submitEdit } from './submit';

type RunOperation = (ctx: IExecuteFunctions) => Promise<INodeExecutionData[]>;

export const operations = {
	edit,
	submit: submitEdit,
	getStatus,
	getResult,
	cancel: cancelEdit,
} satisfies Record<string, RunOperation>;

export type Operation = keyof typeof operations;
