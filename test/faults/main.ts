import './resolve';
import { fork } from 'node:child_process';
import { once } from 'node:events';
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

/** Runs a part in a process of its own, and shows what it has printed once it has ended. */
async function part(args: string[]): Promise<boolean> {
	const child = fork(__filename, args, { silent: true });
	const printed: Buffer[] = [];
	for (const stream of [child.stdout, child.stderr])
		stream?.on('data', (some: Buffer) => printed.push(some));
	const [code] = (await once(child, 'close')) as [number | null];
	process.stdout.write(Buffer.concat(printed));
	return code === 0;
}

async function sideBySide(parts: string[][]): Promise<boolean> {
	console.log(`Beside each other:\n${parts.map((args) => `  ${args.join(' ')}\n`).join('')}`);
	return (await Promise.all(parts.map(part))).every(Boolean);
}

async function run({ table: some, random, histories }: Asked): Promise<boolean> {
	await useBinaryStore('default');
	hurryTime();
	if (histories) return await randomHistories(histories.seed, histories.count);
	const isGood = !some || (await table(some));
	return (random === undefined || (await randomRuns(random))) && isGood;
}

async function main(): Promise<void> {
	// A part ends with the process that has started it.
	process.once('disconnect', () => process.exit(1));
	const what = await asked(process.argv.slice(2));
	if (what.parts) process.exit((await sideBySide(what.parts)) ? 0 : 1);
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
