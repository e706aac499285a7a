import {
	BufferPool,
	bufferFile,
	freeChunk,
	readInto,
} from '../../../../../nodes/shared/images/transfer/bufferPool';
import { BUFFER_POOL } from '../../../../../nodes/shared/limits';
import { made, fromFields, useEditBench } from '../../../../support/edit';
import { readStored, storeFile } from '../../../../support/engine';
import { makeImage, sha256 } from '../../../../support/images';

const MB = 1024 * 1024;

describe('a buffer', () => {
	it('is given again once it is given back, and not before', () => {
		const pool = new BufferPool();
		const first = pool.acquire(MB)!;
		expect(pool.acquire(MB)).not.toBe(first);
		pool.release(first);
		expect(pool.acquire(MB)).toBe(first);
	});

	it('is bounded, and there is none for a large file or one of unknown size', () => {
		const pool = new BufferPool();
		expect(pool.acquire(BUFFER_POOL.file + 1)).toBeUndefined();
		expect(pool.acquire(Infinity)).toBeUndefined();
		const taken = [];
		for (let one = pool.acquire(BUFFER_POOL.file); one; one = pool.acquire(BUFFER_POOL.file))
			taken.push(one);
		expect(taken).toHaveLength(BUFFER_POOL.total / BUFFER_POOL.file);
		pool.discard(taken[0]!);
		expect(pool.acquire(BUFFER_POOL.file)).toBeDefined();
	});
});

it('frees a chunk that has its memory to itself, and no other', () => {
	const alone = Buffer.allocUnsafeSlow(64 * 1024);
	const part = Buffer.allocUnsafeSlow(64 * 1024).subarray(0, 1_000);
	freeChunk(alone);
	freeChunk(part);
	expect([alone.length, part.length]).toEqual([0, 1_000]);
});

it('reads no more than the buffer holds', async () => {
	const chunks = () => [Buffer.from('abc'), Buffer.from('de')];
	expect((await readInto(Buffer.alloc(5), chunks()))?.toString()).toBe('abcde');
	expect(await readInto(Buffer.alloc(4), chunks())).toBeUndefined();
});

describe('a held file', () => {
	const bytes = Buffer.from('an image');
	const open = jest.fn(async () => Buffer.from(bytes));
	beforeEach(() => open.mockClear());

	it('is read once and its buffer used again when all went well', async () => {
		const pool = new BufferPool();
		const held = await bufferFile(pool, open, bytes.length);
		expect([await held.open(), await held.open()].map(String)).toEqual(['an image', 'an image']);
		expect(open).toHaveBeenCalledTimes(1);
		held.close(true);
		const again = pool.acquire(1)!;
		expect(again.buffer).toBe(((await held.open()) as Buffer).buffer);
	});

	it.each<[string, number, boolean]>([
		['was sent again', 3, true],
		['broke off', 2, false],
	])('does not lend its buffer again after a call that %s', async (_name, opened, sent) => {
		const pool = new BufferPool();
		const held = await bufferFile(pool, open, bytes.length);
		for (let time = 0; time < opened; time++) await held.open();
		held.close(sent);
		const next = pool.acquire(1)!;
		expect(next.buffer).not.toBe(((await held.open()) as Buffer).buffer);
	});

	it('stays in the store when its size is not known or was told too small', async () => {
		const big = jest.fn(async () => Buffer.alloc(2 * BUFFER_POOL.smallest));
		for (const size of [undefined, 1]) {
			big.mockClear();
			const held = await bufferFile(new BufferPool(), big, size);
			const looks = big.mock.calls.length;
			expect(await held.open()).toHaveLength(2 * BUFFER_POOL.smallest);
			expect(big).toHaveBeenCalledTimes(looks + 1);
		}
	});
});

describe('many images at once', () => {
	const bench = useEditBench();

	it('each arrives and comes back as its own, small and large, also after calls that broke', async () => {
		const count = 12;
		const sizes = [
			0,
			100_000,
			900_000,
			BUFFER_POOL.file - 100_000,
			BUFFER_POOL.file + 100_000,
			12 * MB,
		];
		const image = async (seed: number) =>
			Buffer.concat([
				await makeImage('png', seed + 1),
				Buffer.alloc(sizes[seed % sizes.length]!, seed),
			]);
		const sent = await Promise.all([...Array(count).keys()].map(image));
		const items = await Promise.all(
			sent.map(async (bytes, at) => ({
				json: {},
				binary: { photo: await storeFile(bytes, `${at}.png`, 'image/png') },
			})),
		);
		const numberOf = (prompt: string) => Number(prompt.split(' ')[1]);
		bench.fal.settings.image = ({ prompt }) => sent[count - 1 - numberOf(prompt)]!;
		for (const kind of ['drop-during', '503', 'half-answer'])
			bench.fal.faults.add({ stage: 'upload', kind, times: 2 });
		bench.fal.faults.add({ stage: 'download', kind: 'cut-short', times: 3 });
		const outputs = made(
			await bench.edit({
				items,
				parameters: { prompt: '=image {{ $itemIndex }}', images: fromFields('photo') },
			}),
		);
		const inputs = bench.fal.jobs.map(
			(job) => job.input as { prompt: string; image_urls: string[] },
		);
		for (const { prompt, image_urls } of inputs) {
			const upload = bench.fal.uploads.find(({ fileUrl }) => fileUrl === image_urls[0]);
			expect(upload?.sha256).toBe(sha256(sent[numberOf(prompt)]!));
		}
		const back = await Promise.all(
			outputs.map(async ({ binary }) => await readStored(binary?.data)),
		);
		expect(back.map(sha256)).toEqual(sent.map(sha256).reverse());
	});
});
