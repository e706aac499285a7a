import {
	boxesIn,
	inside,
	Numbers,
} from '../../../../../nodes/shared/images/inspect/formats/heifMeta';

const box = (type: string, data: Buffer, size = data.length + 8) => {
	const head = Buffer.alloc(8);
	head.writeUInt32BE(size);
	head.write(type, 4, 'latin1');
	return Buffer.concat([head, data]);
};
const bytes = (...values: number[]) => Buffer.from(values);

it('lists boxes up to one with a false length', () => {
	const two = [box('aaaa', bytes(1, 2)), box('bbbb', bytes())];
	const listed = [
		{ type: 'aaaa', data: bytes(1, 2) },
		{ type: 'bbbb', data: bytes() },
	];
	expect(boxesIn(Buffer.concat(two))).toEqual(listed);
	for (const size of [1, 7, 9, 100])
		expect(boxesIn(Buffer.concat([...two, box('cccc', bytes(), size)]))).toEqual(listed);
});

it('takes a box with no length to the end, and one with a long length', () => {
	const long = Buffer.concat([bytes(0, 0, 0, 0, 0, 0, 0, 18), bytes(5, 6)]);
	expect(boxesIn(box('aaaa', long, 1))).toEqual([{ type: 'aaaa', data: bytes(5, 6) }]);
	const empty = box('aaaa', bytes(0, 0, 0, 0, 0, 0, 0, 16), 1);
	expect(boxesIn(empty)).toEqual([{ type: 'aaaa', data: bytes() }]);
	expect(boxesIn(box('aaaa', bytes(7, 8, 9), 0))).toEqual([{ type: 'aaaa', data: bytes(7, 8, 9) }]);
});

it('finds what is inside, or nothing', () => {
	const outer = box('aaaa', Buffer.concat([box('bbbb', bytes(1)), box('cccc', bytes(2))]));
	expect(inside(outer, 'aaaa', 'cccc')).toEqual(bytes(2));
	expect(inside(outer, 'bbbb', 'cccc')).toBeUndefined();
});

it('reads numbers of each size, and nothing behind the end', () => {
	const numbers = new Numbers(bytes(1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 0, 1, 0));
	expect([1, 4, 0, 8].map((size) => numbers.next(size))).toEqual([1, 0x02030405, 0, 256]);
	expect(numbers.isBroken).toBe(false);
	expect([numbers.next(1), numbers.isBroken]).toEqual([0, true]);
	const odd = new Numbers(Buffer.alloc(20));
	expect([odd.next(5), odd.isBroken]).toEqual([0, true]);
});

it('reads as many entries as it is told, as long as they are there', () => {
	const numbers = new Numbers(bytes(1, 2, 3));
	const read: number[] = [];
	const next = () => read.push(numbers.next(1));
	numbers.each(2, next);
	expect(read).toEqual([1, 2]);
	numbers.each(1_000_000, next);
	expect(read).toEqual([1, 2, 3, 0]);
});
