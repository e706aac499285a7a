import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IDataObject,
	IHttpRequestOptions,
	Icon,
	INodeProperties,
} from 'n8n-workflow';
import { mayCarryKey, parsedUrl } from '../nodes/shared/fal/http/addresses';
import { readApiKey } from '../nodes/shared/n8n/connection';

const PRICING = 'https://api.fal.ai/v1/models/pricing?endpoint_id=fal-ai%2Fnano-banana-pro%2Fedit';
// fal's own proxy lets api.fal.ai through to nobody; the start of an upload is free and needs a good key too.
const INITIATE = 'https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3';

const OPEN_THE_WAY = 'Ask your network administrator to allow calls to fal.ai and fal.run.';
const REDIRECTED = `Something between n8n and fal redirects the call, such as the log-in page of a network. ${OPEN_THE_WAY}`;
const A_PAGE = `A web page came back instead of fal's answer: a firewall, proxy or filter answers for fal. ${OPEN_THE_WAY}`;

/** What a status means. n8n shows a test no more of an answer, so it cannot tell whose 403 it is. */
const ANSWERS: Record<number, string> = {
	301: REDIRECTED,
	302: REDIRECTED,
	303: REDIRECTED,
	307: REDIRECTED,
	308: REDIRECTED,
	401: 'fal does not recognize this API key. Copy it again from fal.ai/dashboard/keys.',
	403: 'The call was refused (HTTP 403). Check at fal.ai/dashboard whether the account is locked or the key lacks the scope "API". If neither is the case, a firewall, proxy or filter blocks calls to fal.ai and fal.run.',
	407: "A proxy between n8n and fal requires a log-in. Add its user name and password to n8n's HTTPS_PROXY: http://user:password@host:port.",
};

/** The key travels only to fal's API or the credential's proxy; other addresses are called without it. */
const authenticate = async (
	credentials: ICredentialDataDecryptedObject,
	request: IHttpRequestOptions,
): Promise<IHttpRequestOptions> => {
	const key = readApiKey(credentials.apiKey);
	// n8n's older request helper names the address `uri`.
	const address = request.url ?? (request as unknown as { uri?: string }).uri ?? '';
	const url = parsedUrl(address, request.baseURL)?.href ?? '';
	if (!mayCarryKey(url, credentials.proxyUrl as string | undefined)) return request;
	request.headers = { ...request.headers, Authorization: `Key ${key}` };
	return request;
};

export class FalApi implements ICredentialType {
	name = 'falApi';

	displayName = 'fal.ai API';

	icon: Icon = { light: 'file:../icons/fal.svg', dark: 'file:../icons/fal.dark.svg' };

	documentationUrl = 'https://docs.fal.ai/model-apis/authentication';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description:
				'Create one at <a href="https://fal.ai/dashboard/keys" target="_blank">fal.ai/dashboard/keys</a> with the scope "API". It has two parts, separated by a colon.',
		},
		{
			displayName: 'Proxy URL',
			name: 'proxyUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://example.com/api/fal/proxy',
			description:
				"Fill this in only if your company runs a server-side proxy for fal's client. Leave it empty to call fal directly.",
		},
	];

	authenticate: IAuthenticate = authenticate;

	test: ICredentialTestRequest = {
		request: {
			url: `={{ $credentials.proxyUrl ? $credentials.proxyUrl.trim() : '${PRICING}' }}`,
			method: "={{ $credentials.proxyUrl ? 'POST' : 'GET' }}" as 'GET',
			headers:
				`={{ Object.fromEntries($credentials.proxyUrl ? [['x-fal-target-url', '${INITIATE}']] : []) }}` as unknown as IDataObject,
			body: { content_type: 'image/png', file_name: 'credential-test.png' },
			json: true,
			// A redirect would take the key to an address that is not fal's.
			disableFollowRedirect: true,
		},
		// n8n's type has rules of one kind only; n8n itself takes both.
		rules: [
			...Object.entries(ANSWERS).map(([status, message]) => ({
				type: 'responseCode',
				properties: { value: Number(status), message },
			})),
			// It compares one value of the answer; of a page that is its first sign.
			{ type: 'responseSuccessBody', properties: { key: '0', value: '<', message: A_PAGE } },
		] as ICredentialTestRequest['rules'],
	};
}
