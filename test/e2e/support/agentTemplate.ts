import { startChatModel, type ChatModel } from '../../support/chatModel';
import type { Bench } from './bench';
import { photo } from './pictures';
import { fillIn } from './templates';

const address = 'https://example.com/photo.webp';

/** The template in which an agent uses our node as its tool. */
export function describeAgentTemplate(bench: Bench): void {
	let model: ChatModel;
	beforeAll(async () => {
		model = await startChatModel(({ function: { parameters } }) =>
			Object.fromEntries(
				Object.keys(parameters.properties ?? {}).map((name) => [
					name,
					/url/i.test(name) ? address : 'Make it autumn',
				]),
			),
		);
		await bench.addCredential('model', 'openAiApi', { apiKey: 'none', url: model.url });
	});
	afterAll(async () => await model.close());

	const template = fillIn('agent-that-edits-pictures', 'When a Message Arrives', () => ({
		public: true,
	}));

	it('agent-that-edits-pictures: the agent calls the tool and answers with its address', async () => {
		bench.fal.settings.publicFiles = { [address]: await photo('web.webp') };
		const { nodes } = await bench.publish(template());
		const chat = nodes.find(({ name }) => name === 'When a Message Arrives');
		const response = await fetch(`${bench.n8n.url}/webhook/${String(chat?.webhookId)}/chat`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({
				action: 'sendMessage',
				sessionId: 'test',
				chatInput: `Please make ${address} autumn`,
			}),
		});
		const answer = await response.text();
		expect(bench.fal.jobs.map(({ input }) => input)).toEqual([
			expect.objectContaining({ prompt: 'Make it autumn', image_urls: [address] }),
		]);
		const [asked, told] = model.requests;
		expect(asked?.tools?.[0]?.function.description).toMatch(/Edits or combines .* images/);
		const toolSaid = String(told?.messages.at(-1)?.content);
		expect(toolSaid).toContain(bench.fal.jobs[0]?.id);
		const [made] = toolSaid.match(/https?:\/\/[^"\\\s]+/) ?? [];
		expect((await bench.atFal(made)).length).toBeGreaterThan(1000);
		expect(answer).toContain(made);
	});
}
