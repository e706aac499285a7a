import { areGood, inWords } from '../totals';
import { draw, fingerprint } from './draw';
import { runRandom } from './run';

const ITEMS = 500;

/** Many items with faults at random, with and without Retry On Fail. */
export async function randomRuns(seed: number): Promise<boolean> {
	const drawn = draw(seed, ITEMS);
	console.log(`\n── ${ITEMS} items with random faults`);
	console.log(`--seed ${seed} repeats them (faults ${fingerprint(drawn)})`);
	let good = true;
	for (const retryOnFail of [false, true]) {
		const run = await runRandom(drawn, retryOnFail);
		const name = retryOnFail ? 'with Retry On Fail' : 'without Retry On Fail';
		console.log(
			`\n${name}, ${run.seconds} s: ${run.delivered} items with images, ${run.failed} with an error, ${run.jobs} orders`,
		);
		console.log(inWords(run.totals));
		for (const complaint of run.complaints) console.log(`WRONG  ${complaint}`);
		good &&= areGood(run.totals) && run.complaints.length === 0;
	}
	return good;
}
