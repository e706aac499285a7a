import { TOO_LARGE, type Words } from './errorWords';
import { BLOCKED_BY_N8N } from './failure';

export const CHECK_CONNECTION =
	'Check the internet connection of the machine that runs n8n, and its proxy if it uses one.';

const OPEN_THE_WAY =
	"Ask your network administrator to allow calls to fal.run, fal.ai and fal.media. If the credential has a 'Proxy URL', check that it is correct.";

/** What it means that something on the way to fal gave the answer; `to` is where it redirects. */
export function wordsForBetween(status: number, where: string, to?: string): Words {
	if (status === 407)
		return [
			'A proxy between n8n and fal requires a log-in',
			"Add the proxy's user name and password to n8n's HTTPS_PROXY: http://user:password@host:port.",
		];
	if (status === 511)
		return [
			'The network between n8n and fal requires a log-in',
			'Open any website in a browser on the machine that runs n8n, and log in to the network there.',
		];
	if (status === 413)
		return ['The request is too large for a proxy or gateway between n8n and fal', TOO_LARGE];
	if (to !== undefined)
		return [
			`Something between n8n and fal redirected the call to ${to} while ${where}`,
			OPEN_THE_WAY,
		];
	if (status >= 500 || status === 408 || status === 429)
		return [
			`A proxy or gateway answered in place of fal (HTTP ${status}) while ${where}`,
			`Try again in a few minutes. ${OPEN_THE_WAY}`,
		];
	return [
		`A firewall, proxy or filter answered in place of fal (HTTP ${status}) while ${where}`,
		OPEN_THE_WAY,
	];
}

/** What it means that a host which a call was sent on to is not there. */
export const wordsForRedirect = (host: string): Words => [
	`The call was redirected to ${host}, which n8n cannot reach,`,
	OPEN_THE_WAY,
];

const CHECK_PROXY =
	'n8n reaches fal through this proxy (HTTPS_PROXY). Check its address and whether it is running.';

/** What a connection that ended at a proxy means. */
export function wordsForProxy(network: string, proxy: string): Words {
	if (/^(ENOTFOUND|EAI_AGAIN)$/.test(network))
		return [`The proxy at ${proxy} was not found`, CHECK_PROXY];
	if (network === 'ECONNREFUSED')
		return [`The proxy at ${proxy} refused the connection`, CHECK_PROXY];
	return [`The connection to the proxy at ${proxy} broke`, CHECK_PROXY];
}

const NOT_TRUSTED = "n8n does not trust the certificate that it received instead of fal's";

/** What a certificate that does not hold means. */
export function wordsForCertificate(network: string): Words {
	if (network === 'CERT_HAS_EXPIRED' || network === 'CERT_NOT_YET_VALID')
		return [
			NOT_TRUSTED,
			'The certificate is out of date. Check the clock of the machine that runs n8n. If it is right, the certificate of a firewall or proxy between n8n and fal has to be renewed.',
		];
	if (network === 'ERR_TLS_CERT_ALTNAME_INVALID')
		return [NOT_TRUSTED, `The certificate belongs to another address. ${OPEN_THE_WAY}`];
	return [
		NOT_TRUSTED,
		"It probably belongs to your company's firewall or proxy. Set the environment variable NODE_EXTRA_CA_CERTS to a file with your company's root certificate, and restart n8n.",
	];
}

/** What a failure without an answer means. */
export const NETWORK: Record<string, Words> = {
	TIMEOUT: ['fal did not answer in time', CHECK_CONNECTION],
	ENOTFOUND: ["fal's address was not found", CHECK_CONNECTION],
	EAI_AGAIN: ["fal's address was not found", CHECK_CONNECTION],
	ECONNREFUSED: ['The connection to fal was refused', CHECK_CONNECTION],
	[BLOCKED_BY_N8N]: [
		'n8n does not allow calls to this address',
		"The address is inside your network, which n8n protects (N8N_SSRF_PROTECTION_ENABLED). Check 'Proxy URL' in the credential. To allow the address, set N8N_SSRF_ALLOWED_HOSTNAMES.",
	],
};
