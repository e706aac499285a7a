import { playHistory } from './play';

/** Each seed is one history, the same each time. */
const COUNT = 50_000;

it(`${COUNT} random histories of requests hold what is promised about money`, async () => {
	const wrong: string[] = [];
	for (let seed = 1; seed <= COUNT && wrong.length < 5; seed++)
		for (const what of await playHistory(seed)) wrong.push(`history ${seed}: ${what}`);
	expect(wrong).toEqual([]);
});
