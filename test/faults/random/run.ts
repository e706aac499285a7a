import type { INodeExecutionData } from 'n8n-workflow';
import type { Emulator } from '../../emulator';
import { runNode, storeFile, type NodeResult } from '../../support/engine';
import { makeImage } from '../../support/images';
import { areImages, KEY, startFal, tagged } from '../bench';
import { realNow, realPause } from '../clock';
import { leaksIn } from '../secrets';
import { totalsOf, type Account, type Totals } from '../totals';
import type { Drawn } from './draw';

/** Longer than a run takes, also on a busy machine, in real ms. */
const ENDLESS = 600_000;

export interface RandomRun {
	totals: Totals;
	delivered: number;
	failed: number;
	jobs: number;
	complaints: string[];
	seconds: number;
}

const IN_FILE_NAME = /^(initiate|upload)=/;
const nameOf = (item: number) => `item-${String(item).padStart(4, '0')}-`;
const promptOf = ({ faults, latency, listed }: Drawn, item: number) =>
	[
		`item ${item}`,
		...faults.filter((fault) => !IN_FILE_NAME.test(fault)).map((fault) => `[fault: ${fault}]`),
		`[latency: ${latency}]`,
		`[listed: ${listed}]`,
	].join(' ');

/** A file of its own for each item: an image sent before would not be sent again. */
async function itemFor(drawn: Drawn, item: number): Promise<INodeExecutionData> {
	const bytes = await makeImage('png', item + 1, 8, 8);
	const photo = await storeFile(bytes, `${nameOf(item)}.png`, 'image/png');
	return { json: { prompt: promptOf(drawn, item) }, binary: { photo } };
}

/** A file's name reaches fal without brackets, so the faults of an upload are rules. */
function addUploadFaults(fal: Emulator, drawn: Drawn[]): void {
	for (const [item, { faults }] of drawn.entries()) {
		const tags = faults.filter((fault) => IN_FILE_NAME.test(fault));
		for (const rule of tags.flatMap(tagged))
			fal.faults.add({ ...rule, match: { ...rule.match, fileName: nameOf(item) } });
	}
}

async function edit(fal: Emulator, drawn: Drawn[], retryOnFail: boolean) {
	const items = await Promise.all(drawn.map(itemFor));
	addUploadFaults(fal, drawn);
	const running = runNode({
		items,
		credential: { apiKey: KEY, proxyUrl: fal.proxyUrl },
		parameters: {
			prompt: '={{ $json.prompt }}',
			images: { values: [{ source: 'binary', binaryPropertyName: '*' }] },
			options: { timeout: 60, startTimeout: 60, includeInputFields: false },
		},
		node: {
			onError: 'continueRegularOutput',
			...(retryOnFail && { retryOnFail, maxTries: 2, waitBetweenTries: 0 }),
		},
	});
	return await Promise.race([running, realPause(ENDLESS).then(() => undefined)]);
}

const itemOf = ({ pairedItem }: INodeExecutionData) =>
	typeof pairedItem === 'object' && !Array.isArray(pairedItem) ? pairedItem.item : undefined;

async function accountFor(
	fal: Emulator,
	prompt: string,
	blind: boolean,
	out: INodeExecutionData[],
) {
	const account: Account = {
		jobs: fal.jobs.filter(({ input }) => (input as { prompt?: string }).prompt === prompt),
		delivered: await areImages(out),
		told: JSON.stringify(out.map(({ json }) => json)),
		ended: out.length > 0,
		blind,
	};
	return account;
}

function complain(
	fal: Emulator,
	accounts: Account[],
	result: NodeResult | undefined,
	retryOnFail: boolean,
): string[] {
	if (!result) return ['the run did not end'];
	// The first item fails in the first run only.
	if (accounts[0]?.delivered !== retryOnFail) return ['the node was not run as often as it should'];
	const said = ({ told }: Account) => told.includes('"error"');
	const wrong = accounts.flatMap((account, item) => {
		if (account.delivered !== said(account)) return [];
		return [`item ${item} gives neither whole images nor an error: ${account.told}`];
	});
	return [...wrong, ...leaksIn([result], fal, KEY)];
}

/** All items in one execution of the node, each with its own faults. */
export async function runRandom(drawn: Drawn[], retryOnFail: boolean): Promise<RandomRun> {
	const start = realNow();
	const fal = await startFal();
	const result = await edit(fal, drawn, retryOnFail);
	const outputs = result?.outputs[0] ?? [];
	const accounts = await Promise.all(
		drawn.map(async (one, item) => {
			const out = outputs.filter((output) => itemOf(output) === item);
			return await accountFor(fal, promptOf(one, item), one.listed === 'never', out);
		}),
	);
	const delivered = accounts.filter((account) => account.delivered).length;
	const run = {
		totals: totalsOf(accounts),
		delivered,
		failed: accounts.length - delivered,
		jobs: fal.jobs.length,
		complaints: complain(fal, accounts, result, retryOnFail),
		seconds: Math.round((realNow() - start) / 1_000),
	};
	await fal.close();
	return run;
}
