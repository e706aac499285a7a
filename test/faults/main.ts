import './resolve';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { useBinaryStore } from '../support/engine';
import { asked, type Asked } from './asked';
import { KEY, LOG_FILE, logToFile } from './bench';
import { hurryTime, realNow } from './clock';
import { randomHistories } from './histories';
import { printComplaints, printTable } from './print';
import { randomRuns } from './random';
import { rows } from './rows';
import { formsOf, watchPrinted } from './secrets';
import { accountOf, runTable } from './table';
import { areGood, inWords, totalsOf } from './totals';

const printedKey = watchPrinted(KEY);

/** @param all whether all was run: then n8n has logged something, and a log without it proves nothing */
async function loggedKey(all: boolean): Promise<boolean> {
	const log = existsSync(LOG_FILE) ? await readFile(LOG_FILE, 'utf8') : '';
	if (all && !log.includes('fal has taken the edit')) throw new Error('n8n has logged nothing');
	return formsOf(KEY).some((form) => log.includes(form));
}

async function table({ rows, withRetry }: NonNullable<Asked['table']>): Promise<boolean> {
	const start = realNow();
	const tried = await runTable(rows, withRetry);
	printTable(tried, withRetry);
	const trials = tried.flat();
	const wrong = printComplaints(trials);
	const totals = totalsOf(trials.map(accountOf));
	const seconds = Math.round((realNow() - start) / 1_000);
	const ways = withRetry.map((retry) => (retry ? 'with' : 'without')).join(' and ');
	console.log(
		`\n${rows.length} rows, each ${ways} Retry On Fail, in ${seconds} s: ${wrong} wrong\n`,
	);
	console.log(inWords(totals));
	return wrong === 0 && areGood(totals);
}

const drawSeed = () => Math.floor(Math.random() * 1_000_000);

async function run({ table: some, random, histories }: Asked): Promise<boolean> {
	await useBinaryStore('default');
	hurryTime();
	const good: boolean[] = [];
	if (some) good.push(await table(some));
	if (random) good.push(await randomRuns(random.seed ?? drawSeed()));
	if (histories) good.push(await randomHistories(histories.seed ?? drawSeed(), histories.count));
	return good.every(Boolean);
}

async function main(): Promise<void> {
	const what = await asked(process.argv.slice(2));
	logToFile();
	const isGood = await run(what);
	const leaked = (await loggedKey(what.table?.rows === rows)) || printedKey();
	console.log(`\nthe key stands in n8n's log or in what was printed: ${leaked ? 'YES' : 'no'}`);
	process.exit(isGood && !leaked ? 0 : 1);
}

main().catch((error: Error) => {
	console.error(`\n${error.message}\n`);
	process.exit(1);
});
