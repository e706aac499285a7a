import { row, type Ask, type Row } from '../row';

/** Refused before any call. */
const refusedKey = (fault: string, apiKey: string): Row =>
	row({
		stage: 'credential',
		fault,
		ask: { apiKey },
		gives: /The credential's 'API Key'/,
		jobs: 0,
		calls: 0,
	});

const BAD_KEYS: Record<string, string> = {
	'a line break in the key': 'first-part-id:sec\nond-s3cret-part',
	'a Windows line break in the key': 'first-part-id:sec\r\nond-s3cret-part',
	'a header smuggled into the key': 'first-part-id:second-s3cret\r\nX-Other: third-s3cret',
	'a space in the key': 'first-part-id:second s3cret-part',
	'a tab in the key': 'first-part-id:second\ts3cret-part',
	'a zero-width space in the key': 'first-part-id:second\u200bs3cret-part',
	'an accent in the key': 'first-part-id:sécond-s3cret-part',
	'an emoji in the key': 'first-part-id:second-🍌-s3cret-part',
	'a NUL in the key': 'first-part-id:second\0s3cret-part',
	'a key with the header before it': 'Key first-part-id:second-s3cret-part',
	'two keys, one a line': 'first-part-id:second-s3cret\nother-part-id:other-s3cret',
	'half a key': 'second-s3cret-part-only',
	'a key without its secret': 'first-s3cret-part-id:',
	'a key of three parts': 'first-part-id:second-s3cret:third-s3cret',
};

const refusedCall = (fault: string, ask: Ask, gives: RegExp, calls = 1, more = {}): Row =>
	row({ stage: 'credential', fault, ask, gives, jobs: 0, calls, ...more });

const LOCKED = 'locked-key-id:locked-s3cret-half';
const locked = (reason: string) => ({ settings: { lockedKeys: { [LOCKED]: reason } } });
const BY_ADDRESS = {
	images: { values: [{ source: 'url', url: 'https://example.com/photo.png' }] },
};

export const credentialRows: Row[] = [
	...Object.entries(BAD_KEYS).map(([fault, apiKey]) => refusedKey(fault, apiKey)),
	refusedCall(
		'a key that fal does not know',
		{ apiKey: 'strange-key-id:strange-s3cret' },
		/401|key/,
	),
	refusedCall('no proxy at this port', { proxyUrl: 'http://127.0.0.1:9/proxy' }, /refused/, 0),
	refusedCall('no such host', { proxyUrl: 'http://no-such-host.invalid/proxy' }, /not found/, 0),
	refusedCall('not an address', { proxyUrl: 'fal.example.com' }, /'Proxy URL'/, 0),
	row({
		stage: 'submit',
		fault: 'an account without balance',
		ask: { apiKey: LOCKED, parameters: BY_ADDRESS },
		...locked('Exhausted balance. Top up your balance at fal.ai/dashboard/billing'),
		gives: /cannot pay.*billing.*Exhausted balance/s,
		jobs: 0,
		calls: 1,
	}),
	row({
		stage: 'submit',
		fault: 'no proxy at this port, nothing to upload',
		ask: { proxyUrl: 'http://127.0.0.1:9/proxy', parameters: BY_ADDRESS },
		gives: /refused while submitting/,
		jobs: 0,
		calls: 0,
	}),
];
