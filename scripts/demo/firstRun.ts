import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { projectRoot } from '../../test/n8n';
import type { Fal } from './fal';
import { once, resultsFolder } from './options';
import { sampleNames, sendSample } from './samples';

// Apart, so that an emulated image never passes for a real one.
const folderOf = ({ isReal }: Fal) => join(resultsFolder, isReal ? 'fal' : 'emulator');

const hasResults = (folder: string) => existsSync(folder) && readdirSync(folder).length > 0;

/** Which samples this start sends: the emulator takes all of them; with the real fal each one costs. */
function samplesToSend(fal: Fal): string[] {
	const samples = sampleNames();
	if (!fal.isReal) return samples;
	if (hasResults(folderOf(fal)) && !once) {
		console.log('\nNo sample is sent this time: each costs money, and an earlier start sent one.');
		return [];
	}
	console.log('\nOnly one of the samples is sent, since each costs money.');
	return samples.slice(0, 1);
}

const seconds = (since: number) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

async function send(formUrl: string, sample: string, folder: string): Promise<boolean> {
	const start = Date.now();
	try {
		const result = await sendSample(formUrl, sample, folder);
		console.log(`  samples/${sample} → ${relative(projectRoot, result)}   ${seconds(start)}`);
		return true;
	} catch (error) {
		console.log(`  samples/${sample} → ${(error as Error).message}`);
		return false;
	}
}

/** True when every sample sent came back as an image. */
export async function firstRun(formUrl: string, fal: Fal): Promise<boolean> {
	const samples = samplesToSend(fal);
	if (samples.length === 0) return true;
	console.log(`\nSending ${samples.length} of the sample photos through the form …`);
	const start = Date.now();
	let came = 0;
	for (const sample of samples) if (await send(formUrl, sample, folderOf(fal))) came++;
	console.log(`${came} of ${samples.length} images came back, in ${seconds(start)}.`);
	return came === samples.length;
}
