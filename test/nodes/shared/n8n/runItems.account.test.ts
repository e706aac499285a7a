import type { Job } from '../../../emulator';
import { made, PUBLIC_URL, rows, until, useEditBench } from '../../../support/edit';
import { makeImage } from '../../../support/images';

const NEW_ACCOUNT = 2;
const bench = useEditBench({ slots: NEW_ACCOUNT });
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});
afterEach(() => Object.assign(bench.fal.settings, { latency: 0, slots: NEW_ACCOUNT }));

const prompts = (count: number) => Array.from({ length: count }, (_, row) => `edit ${row}`);
const ALL = { parameters: { prompt: '={{ $json.value }}' } };
const inState = (state: Job['state']) => bench.fal.jobs.filter((job) => job.state === state).length;

/** Lets fal end an edit only once the node listens to all that it has ordered, and something else holds. */
function endOnlyWhen(holds: () => boolean = () => true): void {
	const isHeard = () => bench.calls('stream').length >= bench.fal.jobs.length;
	const untilHeard = async () => await until(() => isHeard() && holds());
	bench.fal.faults.add({ stage: 'queue', kind: 'latency', ms: 150, until: untilHeard });
}

/** The most that waited at fal at the moments at which edits ended, from the n-th end on. */
function mostWaiting(from: number): number {
	const ends = bench.fal.jobs
		.map(({ completedAt }) => completedAt ?? Infinity)
		.sort((a, b) => a - b);
	const waitingAt = (at: number) =>
		bench.fal.jobs.filter((job) => job.submittedAt < at && (job.startedAt ?? Infinity) > at).length;
	return Math.max(0, ...ends.slice(from).map(waitingAt));
}

describe('a new account, which runs two at once', () => {
	it('gives 42 images of 42 rows, and never has many in its queue', async () => {
		endOnlyWhen();
		const items = made(await bench.edit({ items: rows(prompts(42)), ...ALL }));
		expect(items.map(({ json }) => json.row)).toEqual(prompts(42).map((_, row) => row));
		expect(bench.fal.jobs.filter(({ billed }) => billed)).toHaveLength(42);
		expect(bench.calls('submit')).toHaveLength(42);
		expect(bench.calls('cancel')).toEqual([]);
		expect(mostWaiting(10)).toBeLessThanOrEqual(2 * NEW_ACCOUNT);
	});

	it('has each edit the whole Timeout, however long it waited for its turn', async () => {
		bench.fal.settings.latency = 300;
		const options = { timeout: 1 };
		made(await bench.edit({ items: rows(prompts(12)), ...ALL, options }));
		const [first, last] = [bench.fal.jobs[0]!, bench.fal.jobs.at(-1)!];
		expect(last.completedAt! - first.submittedAt).toBeGreaterThan(1_000);
	});

	it('is told how long an edit may wait', async () => {
		const options = { startTimeout: 90 };
		made(await bench.edit());
		made(await bench.edit({ options }));
		made(await bench.run('submit', { options }));
		const terms = bench.fal.jobs.map(({ headers }) => headers['x-fal-request-timeout']);
		expect(terms).toEqual(['3600', '90', '90']);
	});

	it('has nothing left in its queue after a stop', async () => {
		bench.fal.settings.latency = 600_000;
		let stop = () => {};
		const onStart = (stopRun: () => void) => (stop = stopRun);
		const running = bench.edit({ items: rows(prompts(42)), ...ALL, onStart });
		await until(() => inState('IN_PROGRESS') === NEW_ACCOUNT).finally(() => stop());
		await running;
		await until(() => inState('COMPLETED') === bench.fal.jobs.length);
		expect(bench.fal.jobs.length).toBeLessThanOrEqual(8);
	});
});

it('an account whose limit rises midway is used to its limit', async () => {
	const ended = () => inState('COMPLETED');
	const isUsed = () => {
		if (ended() < 10) return true;
		bench.fal.settings.slots = 6;
		return inState('IN_PROGRESS') === 6 || bench.fal.jobs.length === 40;
	};
	endOnlyWhen(isUsed);
	made(await bench.edit({ items: rows(prompts(40)), ...ALL }));
	expect(bench.fal.jobs).toHaveLength(40);
});

it('an account whose limit falls midway has its queue shortened', async () => {
	bench.fal.settings.slots = 8;
	endOnlyWhen(() => {
		if (inState('COMPLETED') >= 20) bench.fal.settings.slots = NEW_ACCOUNT;
		return true;
	});
	made(await bench.edit({ items: rows(prompts(80)), ...ALL }));
	expect(bench.fal.jobs.filter(({ billed }) => billed)).toHaveLength(80);
	expect(mostWaiting(48)).toBeLessThanOrEqual(2 * NEW_ACCOUNT);
});
