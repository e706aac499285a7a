import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { version } from '../../package.json';
import { pinnedN8nVersion } from '../../test/n8n/paths';
import { checks } from './checks';
import { priceOfImage } from './checks/access';
import { emulatorForChecks, HURRIED } from './emulator';
import { Live, PATIENCE, type Check } from './live';
import { planInWords, planOf, type Plan } from './plan';
import { Purse } from './purse';
import { countOf, writeReport } from './report';
import { chosen, runChecks, type Line } from './run';
import { Wire } from './wire';

const usage = `npm run live -- [options]
  --plan               say what it would do and cost, and stop
  --budget <USD>       never more than this (1.00)
  --only <a,b>         parts (auth, upload, edit, node, …) or checks (edit.units)
  --yes                do not ask
  --webhook <address>  a public address that leads to --webhook-port of this machine
  --webhook-port <n>   (8790)
  --emulator           the same against the emulator, which costs nothing
  --at <address>       the same against an emulator that runs there
  --out <folder>       where the report goes (here)`;

const { values } = parseArgs({
	options: {
		plan: { type: 'boolean', default: false },
		budget: { type: 'string', default: '1.00' },
		only: { type: 'string' },
		yes: { type: 'boolean', default: false },
		webhook: { type: 'string' },
		'webhook-port': { type: 'string', default: '8790' },
		emulator: { type: 'boolean', default: false },
		at: { type: 'string' },
		out: { type: 'string', default: '.' },
		help: { type: 'boolean', default: false },
	},
});

/** What fal's page names, for a plan that is made without a key. */
const PAGE_PRICE = 0.15;

const say = (text: string) => process.stdout.write(`${text}\n`);

async function isWanted(): Promise<boolean> {
	if (values.yes) return true;
	if (!process.stdin.isTTY) {
		say('\nNothing was done: there is nobody to ask. Add --yes to go on.');
		return false;
	}
	const terminal = createInterface({ input: process.stdin, output: process.stdout });
	const answer = await terminal.question('\nGo on? [y/N] ');
	terminal.close();
	return /^y(es)?$/i.test(answer.trim());
}

const tell = ({ outcome, id, came, expected, promise, note, isBetter }: Line) => {
	const more =
		outcome === 'differs'
			? `   expected: ${expected}   → ${isBetter ? 'more than we rely on' : promise}`
			: '';
	say(`${outcome.padEnd(9)} ${id.padEnd(24)} ${came}${more}${note ? `   (${note})` : ''}`);
};

const versionsOf = (wanted: Check[]): Record<string, string> => ({
	package: version,
	...(wanted.some(({ id }) => id.startsWith('node.')) && { n8n: pinnedN8nVersion }),
	'Node.js': process.version,
	platform: process.platform,
});

async function carryOut(live: Live, wanted: Check[], { price, budget }: Plan): Promise<number> {
	const { wire, purse } = live;
	const lines = await runChecks(wanted, live, tell).finally(async () => await live.end());
	const report = writeReport(
		values.out,
		{
			date: new Date(live.began).toISOString(),
			fal: wire.options.at ? 'an emulator' : 'fal',
			versions: versionsOf(wanted),
			money: { price, budget, spent: purse.spent },
			seconds: Math.round((Date.now() - live.began) / 1_000),
			lines,
		},
		wire.options.key,
	);
	purse.close();
	const differing = countOf(lines, 'differs');
	say(
		`\n${lines.length} checks: ${countOf(lines, 'same')} same, ${differing} differ, ${countOf(lines, 'not seen')} not seen. ` +
			`$${purse.spent.toFixed(2)} spent or held.`,
	);
	for (const { id, was, is } of report.since?.changes ?? [])
		say(`since the last report: ${id}: "${was}" → "${is}"`);
	say('The report: live-report.md and live-report.json');
	return differing === 0 ? 0 : 1;
}

async function check(key: string | undefined, at?: string): Promise<number> {
	const budget = Number(values.budget);
	if (!(budget >= 0)) throw new Error(`--budget takes a sum in USD, not "${values.budget}"`);
	const wanted = chosen(checks, values.only?.split(','));
	if (key === undefined) {
		if (values.plan) say(planInWords(planOf(wanted, PAGE_PRICE, budget)));
		say('FAL_KEY is not set. Make a key at https://fal.ai/dashboard/keys');
		return values.plan ? 0 : 2;
	}
	const wire = new Wire({ key, at, deadline: 60_000 });
	const first = new Live({ wire, patience: PATIENCE });
	const price = await priceOfImage(first);
	const plan = planOf(wanted, price ?? 0, budget);
	say(planInWords(plan));
	if (price === undefined) say('fal names no price for an image, so nothing can be ordered.');
	if (values.plan) return 0;
	if (!(await isWanted())) return 2;
	mkdirSync(values.out, { recursive: true });
	const purse = Purse.open(`${values.out}/live-ledger.json`, budget, price);
	if (purse.spent > 0)
		say(
			`An earlier run was cut short: $${purse.spent.toFixed(2)} of the budget are spent, or may be.`,
		);
	wire.purse = purse;
	const webhook = values.webhook
		? { address: values.webhook, port: Number(values['webhook-port']) }
		: undefined;
	const live = new Live({ wire, patience: at ? HURRIED : PATIENCE, webhook });
	return await carryOut(live, wanted, plan);
}

async function main(): Promise<number> {
	if (values.help) {
		say(usage);
		return 0;
	}
	if (!values.emulator) return await check(process.env.FAL_KEY?.trim() || undefined, values.at);
	const emulator = await emulatorForChecks();
	return await check(emulator.key, emulator.url).finally(async () => await emulator.close());
}

main().then(
	(code) => process.exit(code),
	(error: Error) => {
		process.stderr.write(`${error.message}\n\n${usage}\n`);
		process.exit(2);
	},
);
