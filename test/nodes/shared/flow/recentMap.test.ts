import { RecentMap } from '../../../../nodes/shared/flow/recentMap';

const filled = (kept: number, ...keys: string[]) => {
	const map = new RecentMap<string, number>(kept);
	keys.forEach((key, at) => map.set(key, at));
	return map;
};

it('keeps the latest entries only', () => {
	const map = filled(2, 'a', 'b', 'c');
	expect([map.has('a'), map.get('b'), ...map.values()]).toEqual([false, 1, 1, 2]);
});

it('takes an entry that is set again for a late one', () => {
	expect([...filled(2, 'a', 'b', 'a', 'c').values()]).toEqual([2, 3]);
});

it('makes what is not there, and takes what it gives for the latest', () => {
	const map = filled(2, 'a', 'b');
	expect([map.obtain('a', () => 9), map.obtain('c', () => 9)]).toEqual([0, 9]);
	expect([...map.values()]).toEqual([0, 9]);
});

it('forgets what is deleted', () => {
	const map = filled(2, 'a', 'b');
	map.delete('a');
	map.set('c', 9);
	expect([...map.values()]).toEqual([1, 9]);
});
