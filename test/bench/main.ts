import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Measured } from './figures';
import { FalProcess } from './falProcess';
import { growthsOf } from './growth';
import { describeMachine, thisMachine } from './machine';
import { N8nHome } from './n8nHome';
import { packageFigures } from './package';
import { readProfiles } from './profile';
import { Runner } from './runner';
import { growthTable, runTable, shareTable, targetTable } from './table';
import { targetsOf } from './targets';
import { prepareTools } from './tools';
import { workloads, type Workload } from './workloads';

const { values } = parseArgs({
	options: {
		/** workloads by name, with commas between them */
		only: { type: 'string' },
		quick: { type: 'boolean', default: false },
		/** a file for the raw figures */
		json: { type: 'string' },
		/** a folder for processor profiles of each n8n */
		profile: { type: 'string' },
	},
});

function chosen(): Workload[] {
	if (values.quick) return workloads.filter(({ quick }) => quick);
	const names = values.only?.split(',');
	if (!names) return workloads;
	const known = workloads.map(({ name }) => name);
	const unknown = names.find((name) => !known.includes(name));
	if (unknown !== undefined)
		throw new Error(`There is no workload "${unknown}". There are: ${known.join(', ')}`);
	return workloads.filter(({ name }) => names.includes(name));
}

function print(title: string, text: string): void {
	process.stdout.write(`\n${title}\n\n${text}\n`);
}

function printProfiles(folder: string, measured: Measured[]): void {
	const ran = measured.filter(({ runs }) => runs.node !== undefined);
	for (const [at, shares] of readProfiles(folder).entries()) {
		const workload = ran[at]?.workload;
		if (!workload) continue;
		print(`n8n's main thread in ${workload.name}`, shareTable(shares, workload.items));
	}
}

async function main(): Promise<void> {
	const selected = chosen();
	prepareTools();
	const machine = thisMachine();
	const fal = await FalProcess.start();
	const home = new N8nHome(values.profile);
	const measured: Measured[] = [];
	try {
		await home.prepare(fal.key);
		const figures = packageFigures(home.nodeFolder);
		const runner = new Runner({ home, fal });
		for (const workload of selected) measured.push(await runner.run(workload));
		print('Measured', describeMachine(machine));
		print(
			'Each workload: items × size, slots of the account, seconds of a job, the line to fal',
			runTable(measured),
		);
		const growths = growthsOf(measured);
		if (growths.length > 0) print('Growth from 8 to 500 items', growthTable(growths));
		print('Targets', targetTable(targetsOf(measured, figures)));
		if (values.profile) printProfiles(values.profile, measured);
		const raw = JSON.stringify({ machine, package: figures, measured }, null, '\t');
		if (values.json) writeFileSync(values.json, `${raw}\n`);
	} finally {
		fal.stop();
		home.remove();
	}
	const failures = measured.flatMap((one) => one.failures);
	if (failures.length === 0) return;
	print('Without a result', failures.join('\n'));
	process.exitCode = 1;
}

// A stop by hand ends n8n and the emulator too, and leaves no gigabytes of images behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

main().catch((error: unknown) => {
	process.stderr.write(`${String(error)}\n`);
	process.exitCode = 1;
});
