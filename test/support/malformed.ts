import type { IDataObject } from 'n8n-workflow';
import { fromUrl, PUBLIC_URL } from './edit';

/** A parameter by its path in workflows, and expressions of which each gives it something wrong. */
export type Malformed = [name: string, expressions: string[]];

/** The label that the panel shows for a parameter, which an error has to name. */
export const LABELS: Record<string, string> = {
	prompt: 'Prompt',
	numImages: 'Number of Images',
	aspectRatio: 'Aspect Ratio',
	resolution: 'Resolution',
	outputFormat: 'Output Format',
	combineItems: 'Combine All Items Into One Edit',
	webhookUrl: 'Webhook URL',
	requestId: 'Request ID',
	waitForResult: 'Wait for Result',
	'options.systemPrompt': 'System Prompt',
	'options.seed': 'Seed',
	'options.safetyTolerance': 'Safety Tolerance',
	'options.enableWebSearch': 'Enable Web Search',
	'options.limitGenerations': 'Limit Generations',
	'options.syncMode': 'Sync Mode',
	'options.imageTransfer': 'Image Transfer',
	'options.fileExpiration': 'File Expiration',
	'options.timeout': 'Timeout (Seconds)',
	'options.queuePriority': 'Queue Priority',
	'options.outputMode': 'Output Mode',
	'options.binaryPropertyOutput': 'Put Output in Field',
	'options.downloadImages': 'Download Images',
	'options.includeInputFields': 'Include Input Fields',
	'options.includeLogs': 'Include Logs',
	'options.maxCost': 'Maximum Cost (USD)',
	'options.maxImages': 'Maximum Images',
	'options.batching.batch.batchSize': 'Items Per Batch',
	'options.batching.batch.batchInterval': 'Batch Interval (Ms)',
};

const NOTHING_LIKE_TEXT = ['null', 'undefined', '[]', '({})', 'true', 'NaN'];
const NO_WHOLE_NUMBER = ['"abc"', '1.5', 'NaN', 'null', '[]', '({})', 'Infinity', '" "', '1e21'];
const NO_CHOICE = ['"8:1"', '""', 'null', '[]', '({})', 'NaN', '1e9', '"auto\\nauto!"'];
const NO_FLAG = ['"yes"', '1', '[]', '({})', '"wahr"', '" "'];
const NO_TIMEOUT = ['0', '-5', 'NaN', '"soon"', '({})', '[]', '" "', 'Infinity'];

/** What a sheet's column for a budget may give. */
const NO_COST = [
	...['null', 'undefined', '""', '" "', '"abc"', '"n/a"', '"$5"', '"5 €"', '"5,00"', '"1,000.00"'],
	...['"5.00 USD"', '-0.5', '"-5"', 'NaN', 'Infinity', '"Infinity"', '"1e999"', '"0x10"'],
	...['[]', '[5]', '({})', '({ amount: 5 })', 'true', 'false'],
];

const BATCHING: Malformed[] = [
	['options.batching.batch.batchSize', ['"all"', '1.5', '({})', '-2']],
	['options.batching.batch.batchInterval', ['-1', '"slow"', '({})']],
];

/** What an earlier node may give in place of the id of a request. */
const NO_REQUEST_ID = [
	...['null', 'undefined', '""', '"  "', '({})', '({ request_id: "x" })', '[]', '["a", "b"]'],
	...['NaN', '0', '12345678', 'true', '1e21', '"short"', '"x".repeat(200)'],
	...['"../x"', '"../../v1/models"', '"a/b/c/d/e/f"', '"12345678?logs=1"', '"12345678#end"'],
	...['"%2e%2e%2f12345678"', '"1234 5678"', '"1234\\n5678"', '"12345678\\u200b"', '"🙂🙂🙂🙂🙂"'],
	...['"https://queue.fal.run/fal-ai/nano-banana-pro/requests/12345678"'],
];

const NO_WEB_ADDRESS = [
	...['"example.com/hook"', '"ftp://example.com/hook"', '"javascript:alert(1)"', '"https://"'],
	...['"/webhook/done"', '"data:text/plain,hi"', '"https://exa mple.com/"', '"http://[::1"'],
	...['" "', '5', 'true', 'NaN', '[]', '["https://example.com/"]', '({})'],
	...['({ url: "https://example.com/" })'],
];

/** The table of malformed values: for each operation its parameters, and what is wrong with them. */
export const MALFORMED: Record<string, Malformed[]> = {
	edit: [
		['prompt', [...NOTHING_LIKE_TEXT, '""', '"  \\n "', '"ab"', '" a "', '"x".repeat(50001)']],
		['numImages', [...NO_WHOLE_NUMBER, '0', '9', '-1', '"5"', 'true']],
		['aspectRatio', NO_CHOICE],
		['resolution', [...NO_CHOICE, '"1k"', '"8K"', '1024']],
		['outputFormat', [...NO_CHOICE, '"jpg"', '"PNG"', '"image/png"']],
		['combineItems', NO_FLAG],
		['options.systemPrompt', ['[]', '({})', 'true']],
		['options.seed', NO_WHOLE_NUMBER.filter((value) => value !== 'null')],
		['options.safetyTolerance', ['0', '7', '"strict"', '({})', '[4]', '4.5']],
		['options.enableWebSearch', NO_FLAG],
		['options.limitGenerations', NO_FLAG],
		['options.syncMode', NO_FLAG],
		['options.imageTransfer', ['"ftp"', '({})']],
		['options.fileExpiration', ['"2h"', '3600', '({})']],
		['options.timeout', NO_TIMEOUT],
		['options.queuePriority', ['"high"', '1', '[]']],
		['options.outputMode', ['"both"', '({})']],
		['options.binaryPropertyOutput', ['"  "', '({})', '[]', '"x".repeat(101)']],
		['options.downloadImages', NO_FLAG],
		['options.includeInputFields', NO_FLAG],
		['options.includeLogs', NO_FLAG],
		['options.maxCost', NO_COST],
		['options.maxImages', [...NO_WHOLE_NUMBER, '0', '-1', '"many"', '"5,0"', 'undefined', '""']],
		...BATCHING,
	],
	submit: [
		['webhookUrl', NO_WEB_ADDRESS],
		['prompt', ['null', '({})', '"ab"']],
		['numImages', ['9', '"many"']],
		['options.fileExpiration', ['"2h"']],
		['options.maxCost', NO_COST],
		...BATCHING,
	],
	getStatus: [
		['requestId', NO_REQUEST_ID],
		['options.includeLogs', NO_FLAG],
		['options.includeInputFields', NO_FLAG],
		...BATCHING,
	],
	getResult: [
		['requestId', NO_REQUEST_ID],
		['waitForResult', ['null', '"yes"', '1', '[]', '({})', 'NaN', '""']],
		['options.timeout', NO_TIMEOUT],
		['options.includeLogs', ['"yes"', '({})']],
		['options.includeInputFields', NO_FLAG],
		['options.outputMode', ['"both"', '({})', '5']],
		['options.binaryPropertyOutput', ['"  "', '({})', '[]']],
		['options.downloadImages', NO_FLAG],
		...BATCHING,
	],
	cancel: [['requestId', NO_REQUEST_ID], ['options.includeInputFields', NO_FLAG], ...BATCHING],
};

const fromField = (binaryPropertyName: string): IDataObject => ({
	values: [{ source: 'binary', binaryPropertyName }],
});

/** Entries of Images that name no image, each with what the error has to name. */
export const MALFORMED_IMAGES: Array<[name: string, images: unknown, named: RegExp]> = [
	['a source that is nothing', { values: [{ source: '={{ null }}' }] }, /'Source'/],
	['a source that is a number', { values: [{ source: '={{ 1 }}' }] }, /'Source'/],
	['a source that is an object', { values: [{ source: '={{ ({}) }}' }] }, /'Source'/],
	['a data URI that is not base64', fromUrl('data:image/png;base64,!!!!'), /'URL\(s\)'/],
	['a data URI of a text', fromUrl('data:image/png;base64,SGFsbG8='), /'URL\(s\)'/],
	['a data URI of a drawing', fromUrl('data:image/svg+xml;base64,PHN2Zy8+'), /'URL\(s\)'/],
	['a data URI of a word', fromUrl('data:image/png,abc'), /'URL\(s\)'/],
	['a field name that is true', fromField('={{ true }}'), /Field Name/],
	['a field name that is no number', fromField('={{ NaN }}'), /Field Name/],
	['a list of field names with a hole', fromField('={{ ["data", null] }}'), /Field Name/],
	['a list of field names with a number', fromField('={{ ["data", 7] }}'), /Field Name/],
	['a list of field names with an empty one', fromField('={{ ["data", ""] }}'), /Field Name/],
	['a field of a file without content', fromField('={{ ({ mimeType: 1 }) }}'), /Field Name/],
	['a field of all objects', fromField('__proto__'), /'__proto__'/],
	['a method of all objects', fromField('toString'), /'toString'/],
	['a field name with a line break', fromField('da\nta'), /Field Name/],
	['a field name of emoji', fromField('🙂'), /'🙂'/],
	['a path for a field name', fromField('../data'), /'\.\.\/data'/],
	['a pattern that matches nothing', fromField('*.png'), /'\*\.png'/],
	['a pattern of signs of a regular expression', fromField('(a+)+*$'), /Field Name/],
	['an address that is a number', fromUrl('={{ 5 }}'), /'URL\(s\)'/],
	['an address that is true', fromUrl('={{ true }}'), /'URL\(s\)'/],
	['an address that is no number', fromUrl('={{ NaN }}'), /'URL\(s\)'/],
	['an address that is not there', fromUrl('={{ undefined }}'), /'URL\(s\)'/],
	['an empty list of addresses', fromUrl('={{ [] }}'), /'URL\(s\)'/],
	['a list of empty lists', fromUrl('={{ [[], []] }}'), /'URL\(s\)'/],
	['a list with nothing in it', fromUrl('={{ [null] }}'), /'URL\(s\)'/],
	['a list of objects without a url', fromUrl(`={{ [{ link: "${PUBLIC_URL}" }] }}`), /'URL\(s\)'/],
	['a list of objects with another url', fromUrl('={{ [{ url: 5 }] }}'), /'URL\(s\)'/],
	['blank lines only', fromUrl(' \r\n\t\r\n '), /'URL\(s\)'/],
	['commas between addresses', fromUrl('a.png, b.png'), /'URL\(s\)'/],
	['an address without a scheme', fromUrl('example.com/a.png'), /'URL\(s\)'/],
	['a path of the web site', fromUrl('/img/a.png'), /'URL\(s\)'/],
	['an ftp address', fromUrl('ftp://example.com/a.png'), /'URL\(s\)'/],
	['an address of a browser', fromUrl('blob:https://example.com/1'), /'URL\(s\)'/],
	['a script', fromUrl('javascript:alert(1)'), /'URL\(s\)'/],
	['an address with a space in the host', fromUrl('https://exa mple.com/a.png'), /'URL\(s\)'/],
	['an address with a port that is none', fromUrl('https://example.com:99999/a'), /'URL\(s\)'/],
	['an address of emoji', fromUrl('🙂'), /'URL\(s\)'/],
	['quotes around a word', fromUrl('"photo"'), /'URL\(s\)'/],
	['a data URI without data', fromUrl('data:image/png;base64,'), /'URL\(s\)'/],
	['a data URI without a type', fromUrl('data:,hello'), /'URL\(s\)'/],
	['a data URI of a page', fromUrl('data:text/html;base64,PGI+'), /'URL\(s\)'/],
	['half a data URI', fromUrl('data:image/png'), /'URL\(s\)'/],
	['the bare base64 of an image', fromUrl('iVBORw0KGgo='), /'URL\(s\)'/],
	['one bad line of three', fromUrl(`${PUBLIC_URL}\r\nfoto\r${PUBLIC_URL}`), /'URL\(s\)'.*foto/],
];

/** How many malformed values and images of the tables there are. */
export const malformedCount = (): number =>
	Object.values(MALFORMED)
		.flat()
		.reduce((sum, [, expressions]) => sum + expressions.length, MALFORMED_IMAGES.length);

/** The way of a table's first column to a run's parameters. */
export function parametersWith(name: string, value: unknown): IDataObject {
	const [top, ...rest] = name.split('.');
	const inner = rest.length > 0 ? parametersWith(rest.join('.'), value) : value;
	return { [top ?? name]: inner } as IDataObject;
}

/** What JavaScript says of code that did not expect a value; a user can do nothing with it. */
export const RAW = /undefined|cannot read|is not a function|\[object|TypeError|of null|NaN is/i;
