import type { FaultRule, Settings } from '../../emulator';
import { tagged } from '../bench';
import { row, type Row, type StopAt } from '../row';

type Given = Partial<Parameters<typeof row>[0]>;

const ONE_MINUTE = { options: { timeout: 60 } };
const FOR_EVER: Partial<Settings> = { latency: 3_600_000 };

/** The node's own time is up while fal still works. */
const timeUp = (fault: string, tags: string, given: Given = {}): Row =>
	row({
		stage: 'cancel',
		fault: `time-out: ${fault}`,
		rules: tags ? tagged(tags) : [],
		settings: FOR_EVER,
		ask: ONE_MINUTE,
		gives: /did not finish the edit within 60 seconds.*asked to cancel it/s,
		// The second run finds it cancelled.
		again: { gives: /was cancelled at fal/, calls: { atLeast: 1 } },
		cancelled: true,
		...given,
	});

/** fal has finished, but the status does not say so. */
const finishedUnseen = (more: FaultRule[] = []): Given => ({
	settings: {},
	rules: [
		...tagged('stream=404'),
		{ stage: 'status', kind: 'status', status: 202, body: { status: 'IN_PROGRESS' } },
		...more,
	],
	gives: 'images',
	again: { gives: 'images', calls: { atLeast: 1 } },
	cancelled: false,
});

const NOT_CANCELLED: Given = {
	gives: /did not finish the edit within 60 seconds.*could not be cancelled/s,
	again: { gives: /did not finish the edit within 60 seconds/, calls: { atLeast: 2 } },
	cancelled: false,
};

/** Cancel Edit of a request that is finished. */
const cancelEdit = (fault: string, given: Given): Row =>
	row({
		stage: 'cancel',
		fault: `Cancel Edit: ${fault}`,
		rules: tagged(`cancel=${fault}`),
		ask: { operation: 'cancel' },
		gives: { json: { status: 'NOT_FOUND' } },
		...given,
	});

const stopped = (fault: string, stopAt: StopAt['stopAt'], tags: string, given: Given = {}): Row =>
	row({
		stage: 'cancel',
		fault: `stop ${fault}`,
		rules: tags ? tagged(tags) : [],
		settings: FOR_EVER,
		ask: { stop: { stopAt } },
		gives: /execution was canceled/,
		again: { calls: given.calls },
		cancelled: true,
		...given,
	});

export const endingRows: Row[] = [
	// fal ends it itself, for nothing, so a second run of the node orders anew.
	timeUp('a queue that does not move', 'queue=stuck-queue', {
		ask: { options: { timeout: 60, startTimeout: 60 } },
		gives: /did not start the edit within its start timeout.*costs nothing/s,
		again: { gives: /did not start the edit/, jobs: 2, calls: 0 },
		calls: 0,
		cancelled: false,
	}),
	timeUp('a running edit', '', { calls: 1 }),
	timeUp('a running edit that fal lets finish', '', {
		settings: { ...FOR_EVER, cancelRunning: 'finish' },
		again: { gives: /did not finish/, calls: { atLeast: 2 } },
	}),
	timeUp('an unknown state for ever', 'stream=404; status=unknown-state'),
	timeUp('a status that is never there', 'stream=404; status=500'),
	timeUp('cancel=500 x1', 'cancel=500 x1', { calls: 2 }),
	timeUp('cancel=drop-before x1', 'cancel=drop-before x1', { calls: 2 }),
	// The second cancel comes too late for the first one.
	timeUp('cancel=drop-after x1', 'cancel=drop-after x1', {
		gives: /was cancelled at fal/,
		calls: 2,
	}),
	timeUp('cancel=429 x1', 'cancel=429 x1', { calls: 2 }),
	timeUp('cancel=503', 'cancel=503', NOT_CANCELLED),
	timeUp('cancel=401', 'cancel=401', NOT_CANCELLED),
	timeUp('cancel=vanish', 'cancel=vanish', NOT_CANCELLED),
	timeUp('cancel=hang untaken', 'cancel=hang untaken', NOT_CANCELLED),
	timeUp('cancel: a proxy that answers 200 {detail}', '', {
		...NOT_CANCELLED,
		rules: [{ stage: 'cancel', kind: 'status', status: 200, body: { detail: 'Forbidden' } }],
	}),
	timeUp('finished meanwhile', '', { ...finishedUnseen(), calls: 1 }),
	timeUp('finished meanwhile, by a proxy that answers 200', '', {
		...finishedUnseen([
			{ stage: 'cancel', kind: 'status', status: 200, body: { status: 'ALREADY_COMPLETED' } },
		]),
		calls: 1,
	}),
	stopped('while waiting', 'stream', '', { calls: 1 }),
	stopped('in the queue', 'stream', 'queue=stuck-queue', { calls: 1 }),
	stopped('while waiting, cancel=500 x1', 'stream', 'cancel=500 x1', { calls: { atLeast: 1 } }),
	stopped('while waiting, cancel=hang', 'stream', 'cancel=hang', { calls: { atLeast: 1 } }),
	stopped('while ordering', 'submit', 'submit=slow 0ms', { calls: 1 }),
	stopped('while uploading', 'upload', 'upload=hang', { jobs: 0, calls: 0, cancelled: false }),
	stopped('while downloading', 'download', 'download=hang', {
		settings: {},
		calls: 0,
		cancelled: false,
	}),
	cancelEdit('vanish', { calls: 1 }),
	cancelEdit('500 x2', {
		gives: { json: { status: 'ALREADY_COMPLETED' } },
		calls: 3,
	}),
	cancelEdit('drop-before x1', { gives: { json: { status: 'ALREADY_COMPLETED' } }, calls: 2 }),
	cancelEdit('hang x1', { gives: { json: { status: 'ALREADY_COMPLETED' } }, calls: 2 }),
	cancelEdit('html x1', { gives: { json: { status: 'ALREADY_COMPLETED' } }, calls: 2 }),
	cancelEdit('401', { gives: /does not recognize the API key/, calls: 1 }),
	cancelEdit('503', { gives: /on fal's side/, calls: 5 }),
];
