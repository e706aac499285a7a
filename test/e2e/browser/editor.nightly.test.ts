import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { projectRoot } from '../../n8n';
import { owner, useBench } from '../support/bench';
import { deliveries, falTrigger, finishedOrder, Receiver } from '../support/callbacks';
import { falPollTrigger } from '../support/polls';
import { readTemplate } from '../support/templates';
import { chain, edit, manualTrigger, readFiles } from '../support/workflow';
import { useScreen } from './browser';
import { Editor } from './Editor';
import { madeAtFal, widthOf } from './seen';

const sample = join(projectRoot, 'samples/mug.png');

describe('the editor in a browser', () => {
	const bench = useBench({
		emulator: {
			latency: 600,
			// As without a proxy.
			proxyAllows: ['rest.fal.ai/.well-known/jwks.json', 'api.fal.ai/'],
		},
	});
	const screen = useScreen();

	it('the editor takes a newcomer from the search to the image', async () => {
		const { page } = screen;
		const editor = new Editor(page, bench.n8n.url);
		await bench.forgetCredential('falApi');
		bench.putFiles('editor', { 'mug.png': readFileSync(sample) });
		const { id } = await bench.save(
			chain('My first edit', [manualTrigger, readFiles(bench.pathOf('editor', 'mug.png'))]),
		);
		await editor.logIn(owner);
		await editor.openWorkflow(id);
		await editor.addNode('Nano Banana', 'Nano Banana Pro Edit', 'Edit an image');

		// Buttons that leave a field to an AI model belong to the tool of an agent, not to this node.
		expect(await editor.part('from-ai-override-button').count()).toBe(0);

		await editor.newCredential();
		await editor.saveCredential({ ...bench.falData, apiKey: 'wrong-key:not-known' });
		await page.getByText('More details').click();
		await page.getByText('fal does not recognize this API key').waitFor();

		// The dialog closes by itself once the test has passed; opened again, it shows what it found.
		await editor.saveCredential({ apiKey: bench.fal.key });
		await editor.part('editCredential-modal').waitFor({ state: 'hidden' });
		await editor.editCredential();
		await page.getByText('Connection tested successfully').waitFor();
		await screen.screenshot('credential');
		await editor.closeCredential();

		await editor.setText('prompt', 'Put the mug on a wooden table in morning light');
		await editor.runStep();
		const output = await editor.showFiles();
		await output.locator('[data-test-id="ndv-view-binary-data"]').click();
		const image = output.locator('img, embed').first();
		await image.waitFor();
		await screen.screenshot('editor');
		expect(bench.fal.jobs).toHaveLength(1);
		const { width } = await sharp(await madeAtFal(bench)).metadata();
		expect(await widthOf(image)).toBe(width);
	});

	it('the panel says what an edit has cost, and lists the edits of the account', async () => {
		const editor = new Editor(screen.page, bench.n8n.url);
		bench.putFiles('cost', { 'mug.png': readFileSync(sample) });
		await bench.addCredential('fal', 'falApi', bench.falData);
		const read = readFiles(bench.pathOf('cost', 'mug.png'));
		const made = await bench.save(chain('Cost', [manualTrigger, read, edit({ numImages: 2 })]));
		const listed = await bench.save(
			chain('Listed', [manualTrigger, edit({ operation: 'getMany' })]),
		);
		const output = editor.part('output-panel');
		const run = async ({ id }: { id: string }) => {
			await editor.openWorkflow(id);
			await editor.openNode('Edit');
			await editor.part('node-execute-button').click();
		};
		await editor.logIn(owner);
		await run(made);
		await output.getByText('Made 2 images in 1 edit for 0.30 USD').waitFor();
		await run(listed);
		await output.getByText('status_code').first().waitFor();
		expect(await output.innerText()).toContain(bench.fal.jobs[0]?.id);
		for (const name of ['returnAll', 'limit'])
			expect(await editor.part(`parameter-input-${name}`).count()).toBe(1);
	});

	it('a refusal stands in the output panel, with what to do about it', async () => {
		const editor = new Editor(screen.page, bench.n8n.url);
		const prompt = '[fault: model=422-policy] Make it night';
		bench.putFiles('refused', { 'mug.png': readFileSync(sample) });
		await bench.addCredential('fal', 'falApi', bench.falData);
		const read = readFiles(bench.pathOf('refused', 'mug.png'));
		const { id } = await bench.save(chain('Refused', [manualTrigger, read, edit({ prompt })]));
		await editor.logIn(owner);
		await editor.openWorkflow(id);
		await editor.openNode('Edit');
		await editor.part('node-execute-button').click();
		const error = editor.part('output-panel').locator('[data-test-id="node-error-view"]');
		await error.or(editor.part('node-error-message')).first().waitFor();
		await screen.screenshot('error');
		const text = await editor.part('output-panel').innerText();
		expect(text).toContain(bench.fal.jobs[0]?.id);
		expect(text).not.toContain(bench.fal.key);
	});

	it('the trigger shows the address to copy, listens, and shows the image that fal calls about', async () => {
		const editor = new Editor(screen.page, bench.n8n.url);
		await bench.addCredential('fal', 'falApi', bench.falData);
		const trigger = falTrigger();
		const workflow = await bench.save(deliveries(trigger));
		await editor.logIn(owner);
		await editor.openWorkflow(workflow.id);
		await editor.openNode(trigger.name);
		const path = String(trigger.webhookId);
		const testUrl = `${bench.n8n.url}/webhook-test/${path}`;
		await editor.showAddresses();
		await screen.page.getByText(testUrl).waitFor();
		await screen.page.getByText('Production URL', { exact: true }).click();
		await screen.page.getByText(`${bench.n8n.url}/webhook/${path}`).waitFor();

		await editor.part('node-execute-button').click();
		await screen.page.getByText('Waiting for fal to call the Test URL').first().waitFor();
		const id = await finishedOrder(bench);
		const receiver = new Receiver(bench, workflow, testUrl);
		expect((await receiver.send(id)).status).toBe(200);
		await editor
			.part('output-panel')
			.getByText(/^\s*Finished Branch \(1 item\)/)
			.waitFor();
		await screen.screenshot('trigger');
		expect(await editor.part('output-panel').innerText()).toContain('image/png');
	});

	it.each(['fal Trigger', 'fal Poll Trigger'])(
		'the search for a trigger finds %s',
		async (name) => {
			const editor = new Editor(screen.page, bench.n8n.url);
			await editor.logIn(owner);
			await (await editor.searchTrigger(name)).waitFor();
		},
	);

	it('the trigger that polls shows Poll Times, fetches a test event, and says why it cannot be published', async () => {
		const editor = new Editor(screen.page, bench.n8n.url);
		await bench.addCredential('fal', 'falApi', bench.falData);
		const trigger = falPollTrigger({ requests: 'all' });
		const { id } = await bench.save(deliveries(trigger));
		await finishedOrder(bench);
		await editor.logIn(owner);
		await editor.openWorkflow(id);
		await editor.openNode(trigger.name);
		await editor.part('node-parameters').getByText('Poll Times').waitFor();
		await editor.part('node-execute-button').click();
		const output = editor.part('output-panel');
		await output.getByText(/^\s*Finished Branch \(1 item\)/).waitFor();
		await screen.screenshot('poll-trigger');
		expect(await output.innerText()).toContain('image/png');

		bench.fal.faults.add({ stage: 'history', kind: 'status', status: 403 });
		const { api } = bench.n8n;
		await expect(api.activate(await api.workflow(id))).rejects.toThrow(
			/could not be activated: .*has no access to fal's request history/,
		);
	});

	it("an agent's panel of tools has the node", async () => {
		const editor = new Editor(screen.page, bench.n8n.url);
		const { id } = await bench.save(readTemplate('agent-that-edits-images'));
		await editor.logIn(owner);
		await editor.openWorkflow(id);
		await editor.addTool('Nano Banana', 'Nano Banana Pro Edit Tool');
		expect(await editor.part('from-ai-override-button').count()).toBeGreaterThan(0);
	});
});
