import './resolve';
import { readFile } from 'node:fs/promises';
import { useBinaryStore } from '../support/engine';
import { KEY, LOG_FILE, logToFile } from './bench';
import { hurryTime, realNow } from './clock';
import { randomHistories } from './histories';
import { printComplaints, printTable } from './print';
import { randomRuns, seedFrom } from './random';
import { rows } from './rows';
import { formsOf, watchPrinted } from './secrets';
import { accountOf, runTable } from './table';
import { areGood, inWords, totalsOf } from './totals';

const printedKey = watchPrinted(KEY);

async function loggedKey(): Promise<boolean> {
	const log = await readFile(LOG_FILE, 'utf8');
	if (!log.includes('fal has taken the edit')) throw new Error('n8n has logged nothing');
	return formsOf(KEY).some((form) => log.includes(form));
}

async function table(only?: string): Promise<boolean> {
	const start = realNow();
	const chosen = rows.filter(({ stage, fault }) => `${stage}: ${fault}`.includes(only ?? ''));
	const pairs = await runTable(chosen);
	printTable(pairs);
	const trials = pairs.flat();
	const wrong = printComplaints(trials);
	const totals = totalsOf(trials.map(accountOf));
	const seconds = Math.round((realNow() - start) / 1_000);
	console.log(
		`\n${chosen.length} rows, each with and without Retry On Fail, in ${seconds} s: ${wrong} wrong\n`,
	);
	console.log(inWords(totals));
	return wrong === 0 && areGood(totals);
}

async function main(): Promise<void> {
	logToFile();
	await useBinaryStore('default');
	hurryTime();
	const { ROWS, SEED, HISTORIES, COUNT } = process.env;
	const all = !ROWS && !SEED && !HISTORIES;
	const good: boolean[] = [];
	if (all || ROWS) good.push(await table(ROWS));
	if (all || SEED) good.push(await randomRuns(seedFrom(SEED)));
	if (all || HISTORIES)
		good.push(await randomHistories(seedFrom(HISTORIES), COUNT ? Number(COUNT) : undefined));
	const leaked = (await loggedKey()) || printedKey();
	console.log(`\nthe key stands in n8n's log or in what was printed: ${leaked ? 'YES' : 'no'}`);
	process.exit(good.every(Boolean) && !leaked ? 0 : 1);
}

void main();
