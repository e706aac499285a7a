import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { isDrawnSeed } from '../../nodes/shared/requests/fingerprint';
import type { NodeResult } from './engine';

export const fromUrl = (url: unknown) => ({ values: [{ source: 'url', url }] }) as IDataObject;

export const fromFields = (binaryPropertyName: unknown) =>
	({ values: [{ source: 'binary', binaryPropertyName }] }) as IDataObject;

/** As many items as values, each with the value as `json.value` and its place as `json.row`. */
export const rows = (values: unknown[]): INodeExecutionData[] =>
	values.map((value, row) => ({ json: { row, value } as IDataObject }));

/** The items of the first output. */
export const made = (result: NodeResult): INodeExecutionData[] => {
	if (result.error) throw result.error;
	return result.outputs[0] ?? [];
};

/** What the node threw. */
export const failure = (result: NodeResult): NonNullable<NodeResult['error']> => {
	if (!result.error) throw new Error('The node did not fail');
	return result.error;
};

/** What was sent without a seed that the node has drawn. */
export const typedFields = ({ seed, ...fields }: IDataObject): IDataObject =>
	isDrawnSeed(seed) || seed === undefined ? fields : { ...fields, seed };
