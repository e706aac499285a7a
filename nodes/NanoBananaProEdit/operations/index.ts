import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Operation } from '../parameters/operation';
import { cancelEdit } from './cancel';
import { edit } from './edit';
import { getMany } from './getMany';
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
	getMany,
} satisfies Record<Operation, RunOperation>;
