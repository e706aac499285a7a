import type { FaultRule } from '../../emulator';
import { tagged } from '../bench';
import { row, type Row } from '../row';

/** fal downloads the uploaded image too; a made one is known by its prompt. */
const ofMadeImages = (rule: FaultRule): FaultRule => ({ ...rule, match: { prompt: 'make it' } });

const download = (fault: string, given: Partial<Parameters<typeof row>[0]> = {}): Row =>
	row({
		stage: 'download',
		fault,
		gives: 'images',
		...given,
		rules: (given.rules ?? tagged(`download=${fault}`)).map(ofMadeImages),
	});

const overcome = (fault: string, calls: number) => download(fault, { calls });
const lasting = (fault: string, gives: RegExp, calls: number) => download(fault, { gives, calls });

/** The second run of the node fetches again what is paid. */
const takenUp = (fault: string, gives: RegExp, calls: number, allCalls: number) =>
	download(fault, { gives, calls, again: { gives: 'images', calls: allCalls } });

const redirectTo = (location: string): FaultRule[] => [
	{ stage: 'download', kind: 'status', status: 302, headers: { location } },
];

export const downloadRows: Row[] = [
	overcome('drop-before x2', 3),
	overcome('drop-after x1', 2),
	overcome('hang x1', 2),
	overcome('stall x1', 2),
	overcome('half-answer x2', 3),
	overcome('cut-short x2', 3),
	overcome('cut-short-silent x2', 3),
	overcome('html x1', 2),
	overcome('empty x1', 2),
	overcome('408 x1', 2),
	overcome('429 x2', 3),
	overcome('429-retry x1', 2),
	overcome('500 x2', 3),
	overcome('502-html x1', 2),
	overcome('503 x4', 5),
	overcome('504 x1', 2),
	overcome('no-content-type', 1),
	overcome('wrong-content-type', 1),
	overcome('redirect', 2),
	takenUp('cut-short-silent x6', /unusable answer while downloading/, 5, 7),
	takenUp('500 x6', /on fal's side/, 5, 7),
	takenUp('expired x1', /no longer at fal/, 1, 2),
	lasting('cut-short', /unusable answer while downloading/, 5),
	lasting('cut-short-silent', /unusable answer while downloading/, 5),
	lasting('html', /filter answered in place of fal \(HTTP 200\) while downloading/, 5),
	lasting('403-html', /filter answered in place of fal \(HTTP 403\) while downloading/, 1),
	lasting('drop-before', /connection to fal broke while downloading/, 5),
	lasting('400', /does not accept/, 1),
	lasting('401', /download/, 1),
	lasting('403', /download/, 1),
	lasting('expired', /no longer at fal/, 1),
	lasting('gone', /no longer at fal/, 1),
	download('huge 600000ms', { gives: /unusable answer while downloading/ }),
	download('redirect-loop', { gives: /downloading/ }),
	download('a redirect to a file of this machine', {
		rules: redirectTo('file:///etc/hostname'),
		gives: /downloading/,
	}),
	download('a redirect to no host', {
		rules: redirectTo('https://no-such-host.invalid/a.png'),
		gives: /redirected to no-such-host\.invalid, which n8n cannot reach, while downloading/,
	}),
	download('Get Result: cut-short x1', {
		rules: tagged('download=cut-short x1'),
		ask: { operation: 'getResult' },
		calls: 2,
	}),
];
