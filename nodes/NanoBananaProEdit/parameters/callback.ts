import type { IExecuteFunctions } from 'n8n-workflow';
import {
	CALLBACK_PARAMETER,
	packCallbackData,
	withCallbackData,
	type CallbackData,
} from '../../shared/fal/webhooks/callbackData';
import { group, nameOf, webAddress, type Check } from '../../shared/n8n/checks';
import { InputError } from '../../shared/n8n/inputError';
import { MAX_WEBHOOK_URL } from '../../shared/limits';
import { isEmpty, readTop, type Parameter } from '../../shared/n8n/options';

const CALLBACK_DATA = 'Callback Data';

/** Where fal posts the result of a request, and what comes along. */
export interface CallbackTarget {
	webhookUrl: string;
	data?: CallbackData;
}

function readValue(entry: unknown, seen: Set<string>): [string, string | number | boolean] {
	const { name, value } = group(entry, CALLBACK_DATA);
	const key = typeof name === 'string' ? name.trim().toWellFormed() : '';
	if (key === '') {
		throw new InputError(
			`A value in '${CALLBACK_DATA}' has no name`,
			'Enter the name of the value, such as row_number.',
		);
	}
	if (seen.has(key)) {
		throw new InputError(
			`'${CALLBACK_DATA}' has the name '${key}' twice`,
			'Give each value a different name.',
		);
	}
	seen.add(key);
	if (value === null || value === undefined) return [key, ''];
	if (typeof value === 'string') return [key, value.toWellFormed()];
	if (typeof value !== 'object') return [key, value as number | boolean];
	throw new InputError(
		`'${key}' in '${CALLBACK_DATA}' must be text or a number, but is ${nameOf(value)}`,
		'Use a single field, such as {{ $json.id }}.',
	);
}

const readData: Check<CallbackData | undefined> = (value, label) => {
	const { values } = group(value, label);
	if (!Array.isArray(values) || values.length === 0) return undefined;
	const seen = new Set<string>();
	return Object.fromEntries(values.map((entry) => readValue(entry, seen)));
};

/** Both stand in the panel of Submit Edit; elsewhere n8n gives the fallback. */
export const callbackRows = {
	webhookUrl: {
		displayName: 'Webhook URL',
		name: 'webhookUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/webhook/edited',
		description:
			'The URL that fal calls when the edit is finished, such as the Production URL of a fal Trigger. fal must be able to reach it from the internet. Leave it empty to collect the result with fal Poll Trigger or Get Result.',
		check: (value, label) => (isEmpty(value) ? undefined : webAddress(value, label)),
	},
	callbackData: {
		displayName: CALLBACK_DATA,
		name: 'callbackData',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Value' },
		placeholder: 'Add Value',
		default: {},
		description:
			'Values that fal Trigger returns with the result as callback_data, such as the number of the row that the edit belongs to',
		options: [
			{
				displayName: 'Value',
				name: 'values',
				values: [
					{
						displayName: 'Name',
						name: 'name',
						type: 'string',
						default: '',
						placeholder: 'e.g. row_number',
						description: 'The name of the value in callback_data',
					},
					{
						displayName: 'Value',
						name: 'value',
						type: 'string',
						default: '',
						placeholder: 'e.g. {{ $json.row_number }}',
						description: 'The value to return: short text or a number',
					},
				],
			},
		],
		check: readData,
	},
} satisfies Record<string, Parameter>;

/** The address as fal gets it: with the data in it, signed, where there is any. */
export function addressOf({ webhookUrl, data }: CallbackTarget, apiKey: string): string {
	return data
		? withCallbackData(webhookUrl, packCallbackData(data, webhookUrl, apiKey))
		: webhookUrl;
}

function check(callback: CallbackTarget): CallbackTarget {
	const { webhookUrl, data } = callback;
	if (!data) return callback;
	if (new URL(webhookUrl).searchParams.has(CALLBACK_PARAMETER)) {
		throw new InputError(
			`'Webhook URL' already has the query parameter ${CALLBACK_PARAMETER}`,
			`Remove it from the URL: '${CALLBACK_DATA}' is sent there.`,
		);
	}
	// Whatever the key: the signature has the same length.
	const { length } = encodeURI(addressOf(callback, 'any'));
	if (length <= MAX_WEBHOOK_URL) return callback;
	throw new InputError(
		`'${CALLBACK_DATA}' is too long: with it, the webhook URL has ${length} characters, and the limit is ${MAX_WEBHOOK_URL}`,
		'Send only what identifies the edit, such as a row number, and look up the rest when the result arrives.',
	);
}

/**
 * @returns undefined where the user wants no callback
 * @throws InputError for an address or data that cannot be sent
 */
export function readCallback(
	ctx: IExecuteFunctions,
	itemIndex: number,
): CallbackTarget | undefined {
	const webhookUrl = readTop(ctx, itemIndex, callbackRows.webhookUrl);
	const data = readTop(ctx, itemIndex, callbackRows.callbackData);
	if (webhookUrl !== undefined) return check({ webhookUrl, data });
	if (!data) return undefined;
	throw new InputError(
		`'${CALLBACK_DATA}' needs a 'Webhook URL'`,
		`Copy the Production URL of a fal Trigger into 'Webhook URL', or remove '${CALLBACK_DATA}'.`,
	);
}
