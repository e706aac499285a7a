import type { FaultRule } from '../../emulator';
import { KEY } from '../bench';
import { row, type Row } from '../row';

const SECRET = KEY.split(':')[1] ?? '';
/** Printable, so a key may look like this; written into JSON or a URL it looks otherwise. */
const ODD_KEY = String.raw`odd-key-id:"s3cret"\half'%0a<&>+/=`;
const ADVICE = 'Send the header Authorization: Key';

const answer = (stage: 'submit' | 'status' | 'result', status: number, body: unknown) => [
	{ stage, kind: 'status', status, body } as FaultRule,
];

/** A proxy or a debugging server that repeats what it was sent. */
const echo = (fault: string, rules: FaultRule[], given: Partial<Parameters<typeof row>[0]>): Row =>
	row({ stage: 'credential', fault, rules, gives: /./, ...given });

const imageWith = (description: string) => ({ images: [{ url: '' }], description });

export const echoRows: Row[] = [
	echo('a refusal that repeats the key', answer('submit', 400, { detail: `${ADVICE} ${KEY}` }), {
		gives: /does not accept.*\[API key\]/s,
		jobs: 0,
	}),
	echo('a page that repeats the secret', answer('submit', 404, `no account for ${SECRET}`), {
		gives: /filter answered in place of fal \(HTTP 404\).*\[API key\]/s,
		jobs: 0,
	}),
	echo(
		'an error type that repeats the secret',
		answer('submit', 400, { detail: 'no', error_type: SECRET }),
		{ gives: /does not accept/, jobs: 0 },
	),
	echo(
		'a list of mistakes that repeats the key',
		answer('result', 422, {
			detail: [{ loc: ['header', KEY], msg: KEY, type: SECRET, input: KEY }],
		}),
		{ gives: /does not accept/ },
	),
	echo('a result that is only the key', answer('result', 200, imageWith(KEY)), {
		gives: /unusable answer/,
	}),
	echo(
		'a status that repeats the key',
		answer('status', 200, { status: 'COMPLETED', error: `${ADVICE} ${KEY}` }),
		{ ask: { operation: 'getStatus' }, gives: { json: { status: 'COMPLETED' } } },
	),
	echo('a key with quotes and signs', [], {
		ask: { apiKey: ODD_KEY },
		settings: { keys: [ODD_KEY] },
		gives: 'images',
	}),
	echo(
		'a refusal that repeats a key with quotes and signs',
		answer('submit', 400, { detail: `${ADVICE} ${ODD_KEY}` }),
		{ ask: { apiKey: ODD_KEY }, settings: { keys: [ODD_KEY] }, gives: /does not accept/, jobs: 0 },
	),
];
