import { readdirSync } from 'node:fs';
import { outputOf, submitForm } from '../../n8n';
import { startMailServer, type MailServer } from '../../services/mail';
import { until } from '../../support/until';
import type { Bench } from './bench';
import { photo, sha256 } from './images';
import { fillIn } from './templates';

const TEMPLATE = 'product-try-on-best-of-four';
const scenes = [
	'On a summit & at <sunrise>',
	'[fault: model=422-policy] Odd',
	'Bei Regen "nachts"',
];

const settings = (folder: string) =>
	fillIn(TEMPLATE, 'Scenes and Settings', ({ parameters }) => {
		const { assignments } = parameters.assignments as { assignments: Array<{ name: string }> };
		const filled = assignments.map((one) =>
			one.name === 'folder' ? { ...one, value: folder } : one,
		);
		return { assignments: { assignments: filled } };
	});

/** The page behind the button in the letter, with the names of its choices. */
async function openLetter(bench: Bench, workflowId: string, mail: MailServer) {
	// The letter is sent before the run lies down to wait; no person is as quick as this test.
	await until(async () => (await bench.n8n.api.executions(workflowId))[0]?.status === 'waiting');
	const [letter, ...others] = mail.letters;
	expect(others).toEqual([]);
	const [, link = ''] = letter?.html.match(/<a href="([^"]+)"/) ?? [];
	const page = await (await fetch(link)).text();
	const found = page.matchAll(
		/<label class='form-label[^']*'>([^<]+)<\/label>\s*<div\s+class='multiselect[^']*'\s+id='(field-\d+)'/g,
	);
	const choices = new Map([...found].map(([, label = '', input = '']) => [label, input]));
	return { letter, link, page, choices };
}

/** What the script in the page sends: the choice of a radio field is a list with one entry. */
async function choose(link: string, choices: Map<string, string>, picks: Record<string, string>) {
	const form = new FormData();
	for (const [label, input] of choices) form.append(input, JSON.stringify([picks[label]]));
	expect((await fetch(link, { method: 'POST', body: form })).ok).toBe(true);
}

async function finished(bench: Bench, workflowId: string) {
	const [run] = await bench.n8n.api.executions(workflowId);
	const execution = await bench.n8n.api.waitForExecution(run?.id ?? '');
	expect(execution.status).toBe('success');
	return execution;
}

const shownIn = (page: string) =>
	[...page.matchAll(/<img src="([^"]+)" alt="Image/g)].map(([, url]) => url);

/** A product in several scenes, of which a person chooses the images. */
export function describeTryOn(bench: Bench): void {
	let mail: MailServer;
	beforeAll(async () => {
		mail = await startMailServer();
		await bench.addCredential('mail', 'smtp', mail.credential);
	});
	afterAll(async () => await mail.close());

	it('product-try-on-best-of-four: a person is asked by mail, and only what was chosen is saved', async () => {
		const folder = bench.makeFolder('chosen');
		const { id } = await bench.publish(settings(folder)());
		const bytes = await photo('cut-out.png');
		const Product = [{ name: 'Red mug.png', type: 'image/png', bytes }];
		const fields = { Scenes: `${scenes.join('\n')}\n\n`, Ask: 'lena@example.com' };
		await submitForm(`${bench.n8n.url}/form/product-try-on`, fields, { Product });

		const { letter, link, page, choices } = await openLetter(bench, id, mail);
		expect(letter).toMatchObject({ from: 'images@example.com', to: ['lena@example.com'] });
		expect(letter?.html).toContain('8 images are ready');
		expect(bench.fal.jobs.map((job) => bench.received(job))).toEqual(
			scenes.map(() => [sha256(bytes)]),
		);
		expect(bench.fal.uploads).toHaveLength(1);
		expect([...choices.keys()]).toEqual(['Best of scene 1', 'Best of scene 3']);
		expect(shownIn(page)).toHaveLength(8);
		expect(page).toMatch(/content filter/);
		expect(readdirSync(folder)).toEqual([]);

		await choose(link, choices, {
			'Best of scene 1': 'Image 3',
			'Best of scene 3': 'None of them',
		});
		const execution = await finished(bench, id);
		const [name, ...others] = readdirSync(folder);
		expect([name, ...others]).toEqual(['Red mug 1 On-a-summit-at-sunrise-.png']);
		const made = outputOf(execution, 'Make Four Images').find(
			({ json }) => json.number === 1 && json.index === 2,
		);
		expect(bench.hashOfFile('chosen', name ?? '')).toBe(sha256(await bench.atFal(made?.json.url)));
	});
}
