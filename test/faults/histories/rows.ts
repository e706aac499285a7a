import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Emulator, Job } from '../../emulator';
import { storeFile } from '../../support/engine';
import { makeImage } from '../../support/images';
import { tagged } from '../bench';
import type { History, Share } from './history';

export const STAGES = [
	...(['submit', 'status', 'stream', 'result', 'cancel', 'initiate', 'upload'] as const),
	...(['download', 'history', 'pricing'] as const),
];

const IN_FILE_NAME = /^(initiate|upload)=/;
const fileName = (name: string, row: number) => `${name}-row-${row}-`;

/** The numbers of a visit's rows; rows of the same number are equal. */
export const rowsOf = ({ items, hasEqualRows }: History, visit: number): number[] =>
	items.map((_, item) => item + (hasEqualRows ? 0 : visit * items.length));

export const shareOf = ({ items }: History, row: number): Share => items[row % items.length]!;

/** In how many visits a row comes. */
export const timesOf = ({ hasEqualRows }: History, visits: number): number =>
	hasEqualRows ? visits : 1;

const promptOf = (name: string, row: number, { faults, latency, listed }: Share) =>
	[
		`${name} row ${row} of this history`,
		...faults.filter((one) => !IN_FILE_NAME.test(one)).map((one) => `[fault: ${one}]`),
		`[latency: ${latency}]`,
		`[listed: ${listed}]`,
	].join(' ');

const promptIn = ({ input }: Job) => (input as { prompt: string }).prompt;

export const rowIn = (job: Job): number => Number(/ row (\d+) of/.exec(promptIn(job))?.[1]);

export const jobsOf = (fal: Emulator, name: string): Job[] =>
	fal.jobs.filter((job) => promptIn(job).startsWith(`${name} `));

async function itemOf(name: string, row: number, share: Share): Promise<INodeExecutionData> {
	const file = fileName(name, row);
	const bytes = Buffer.concat([await makeImage('png', row + 1, 8, 8), Buffer.from(file)]);
	const photo = await storeFile(bytes, `${file}.png`, 'image/png');
	return { json: { prompt: promptOf(name, row, share) }, binary: { photo } };
}

export const itemsOf = async (name: string, history: History, visit: number) =>
	await Promise.all(
		rowsOf(history, visit).map(async (row) => await itemOf(name, row, shareOf(history, row))),
	);

export function addUploadFaults(fal: Emulator, name: string, history: History): void {
	const visits = Array.from({ length: history.visits }, (_, visit) => rowsOf(history, visit));
	for (const row of new Set(visits.flat())) {
		const { faults } = shareOf(history, row);
		for (const rule of faults.filter((one) => IN_FILE_NAME.test(one)).flatMap(tagged))
			fal.faults.add({ ...rule, match: { ...rule.match, fileName: fileName(name, row) } });
	}
}

export function parametersOf(history: History): IDataObject {
	const { operation, changing, timeout, interval, images } = history;
	const options: IDataObject = {
		// Without it Submit Edit is put off for an hour, each time that it is run.
		...{ startTimeout: timeout, ...(operation === 'edit' && { timeout }) },
		...(interval > 0 && { batching: { batch: { batchSize: 10, batchInterval: interval } } }),
		...(changing === 'seed' && { seed: '={{ Math.floor(Math.random() * 1e9) }}' }),
	};
	const time = changing === 'time' ? ' + " at " + $now.toMillis()' : '';
	return {
		...{ operation, options, prompt: `={{ $json.prompt${time} }}`, numImages: images },
		images: { values: [{ source: 'binary', binaryPropertyName: '*' }] },
	};
}
