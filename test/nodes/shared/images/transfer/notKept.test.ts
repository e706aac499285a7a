import { Writable, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BinaryDataService } from 'n8n-core';
import { BUFFER_POOL, RETRY } from '../../../../../nodes/shared/limits';
import { failure, made, PUBLIC_URL, useEditBench } from '../../../../support/edit';
import { makeImage } from '../../../../support/images';

const bench = useEditBench({}, 'filesystem');
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});
afterEach(() => {
	jest.restoreAllMocks();
	bench.fal.settings.outputBytes = undefined;
});

/** Lets n8n's store fail, so many times. */
function storeFails(error: unknown, times = Infinity): void {
	const { store } = BinaryDataService.prototype;
	let failed = 0;
	jest.spyOn(BinaryDataService.prototype, 'store').mockImplementation(async function (
		this: BinaryDataService,
		...file
	) {
		if (failed++ < times) throw error;
		return await store.apply(this, file);
	});
}

const withCode = (code: string, message: string) => Object.assign(new Error(message), { code });

describe.each([
	['that is held whole', undefined],
	['that passes in pieces', BUFFER_POOL.file + 1],
])('an image %s', (_, outputBytes) => {
	beforeEach(() => {
		bench.fal.settings.outputBytes = outputBytes;
		jest.replaceProperty(RETRY, 'first', 10);
	});

	it.each([
		['ENOSPC', 'ENOSPC: no space left on device, write'],
		['EDQUOT', 'EDQUOT: disk quota exceeded, write'],
	])(
		'and finds no room is downloaded once, and the error has the words of n8n: %s',
		async (code, message) => {
			storeFails(withCode(code, message));
			const error = failure(await bench.edit());
			expect(error.message).toBe(message);
			expect(error.description).toBe(`Request ID: ${bench.fal.jobs[0]?.id}`);
			expect(bench.calls('download')).toHaveLength(1);
		},
	);

	it('is downloaded again where a database or a bucket fails for a moment', async () => {
		storeFails(new Error('Connection terminated unexpectedly'), 2);
		expect(made(await bench.edit())[0]?.binary?.data?.mimeType).toBe('image/png');
		expect(bench.calls('download')).toHaveLength(3);
	});

	it('has the words of n8n where that fails for good', async () => {
		storeFails(withCode('NoSuchBucket', 'The specified bucket does not exist'));
		const error = failure(await bench.edit());
		expect(error.message).toBe('The specified bucket does not exist');
		expect(error.description).toContain(bench.fal.jobs[0]?.id);
	});

	it('that fal cuts short is nothing of the store', async () => {
		bench.fal.faults.add({ stage: 'download', kind: 'cut-short' });
		expect(failure(await bench.edit()).message).toMatch(/fal/);
		expect(bench.calls('download').length).toBeGreaterThan(1);
	});
});

it('a disk that fills up in the middle of an image has the words of n8n, once', async () => {
	bench.fal.settings.outputBytes = BUFFER_POOL.file + 1;
	const full = withCode('ENOSPC', 'ENOSPC: no space left on device, write');
	const write = (_chunk: Buffer, _encoding: string, done: (error: Error) => void) => done(full);
	jest.spyOn(BinaryDataService.prototype, 'store').mockImplementation(async (_location, file) => {
		await pipeline(file as Readable, new Writable({ write }));
		throw new Error('It was written');
	});
	expect(failure(await bench.edit()).message).toBe('ENOSPC: no space left on device, write');
	expect(bench.calls('download')).toHaveLength(1);
});

it('a bucket that fails in the middle of an image has its own words as well', async () => {
	bench.fal.settings.outputBytes = BUFFER_POOL.file + 1;
	jest.replaceProperty(RETRY, 'first', 10);
	const write = (_chunk: Buffer, _encoding: string, done: (error: Error) => void) =>
		done(new Error('SlowDown: please reduce your request rate'));
	jest.spyOn(BinaryDataService.prototype, 'store').mockImplementation(async (_location, file) => {
		await pipeline(file as Readable, new Writable({ write }));
		throw new Error('It was written');
	});
	expect(failure(await bench.edit()).message).toContain('SlowDown');
	expect(bench.calls('download')).toHaveLength(RETRY.tries);
});
