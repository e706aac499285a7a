import type { Workflow } from '../../n8n';
import { startChatModel, type ChatModel, type ToolDescription } from '../../support/chatModel';
import type { Bench } from './bench';
import { photo } from './pictures';
import { fillIn } from './templates';

const address = 'https://example.com/photo.webp';

/** What the model fills in: the addresses that the person has named. */
const argumentsFor =
	(addresses: () => string) =>
	({ function: { parameters } }: ToolDescription) =>
		Object.fromEntries(
			Object.keys(parameters.properties ?? {}).map((name) => [
				name,
				/url/i.test(name) ? addresses() : 'Make it autumn',
			]),
		);

/** A message as n8n's chat sends it: JSON, and a form where files are with it. */
function messageOf(chatInput: string, files: Blob[]): RequestInit {
	const fields = { action: 'sendMessage', sessionId: 'test', chatInput };
	if (files.length === 0) {
		const headers = { 'content-type': 'application/json' };
		return { method: 'POST', headers, body: JSON.stringify(fields) };
	}
	const body = new FormData();
	for (const [name, value] of Object.entries(fields)) body.append(name, value);
	for (const [at, file] of files.entries()) body.append('files', file, `photo-${at}.webp`);
	return { method: 'POST', body };
}

/** The template in which an agent uses our node as its tool. */
export function describeAgentTemplate(bench: Bench): void {
	let model: ChatModel;
	let named = '';
	beforeAll(async () => {
		model = await startChatModel(argumentsFor(() => named));
		await bench.addCredential('model', 'openAiApi', { apiKey: 'none', url: model.url });
	});
	afterAll(async () => await model.close());
	beforeEach(() => (model.requests.length = 0));

	const template = fillIn(
		'agent-that-edits-pictures',
		'When a Message Arrives',
		({ parameters }) => ({
			...parameters,
			public: true,
		}),
	);

	let published: Promise<Workflow> | undefined;
	async function say(chatInput: string, files: Blob[] = []): Promise<string> {
		published ??= bench.publish(template());
		const { nodes } = await published;
		const chat = nodes.find(({ name }) => name === 'When a Message Arrives');
		const address = `${bench.n8n.url}/webhook/${String(chat?.webhookId)}/chat`;
		return await (await fetch(address, messageOf(chatInput, files))).text();
	}

	/** The address of the picture, which the tool has told the model and the model the person. */
	async function expectEdited(answer: string): Promise<void> {
		const [asked, told] = model.requests;
		expect(asked?.tools?.[0]?.function.description).toMatch(/Edits or combines .* images/);
		const toolSaid = String(told?.messages.at(-1)?.content);
		expect(toolSaid).toContain(bench.fal.jobs[0]?.id);
		const [made] = toolSaid.match(/https?:\/\/[^"\\\s]+/) ?? [];
		expect((await bench.atFal(made)).length).toBeGreaterThan(1000);
		expect(answer).toContain(made);
	}

	it('agent-that-edits-pictures: the agent calls the tool and answers with its address', async () => {
		bench.fal.settings.publicFiles = { [address]: await photo('web.webp') };
		named = address;
		const answer = await say(`Please make ${address} autumn`);
		expect(bench.fal.jobs.map(({ input }) => input)).toEqual([
			expect.objectContaining({ prompt: 'Make it autumn', image_urls: [address] }),
		]);
		await expectEdited(answer);
	});

	it('agent-that-edits-pictures: pictures sent in the chat reach the tool as they are, before an address', async () => {
		const [first, second] = [await photo('web.webp'), await photo('plain.png')];
		bench.fal.settings.publicFiles = { [address]: first };
		named = address;
		const blobs = [first, second].map(
			(bytes) => new Blob([new Uint8Array(bytes)], { type: 'image/webp' }),
		);
		const answer = await say('Make these autumn', blobs);
		const urls = (bench.fal.jobs[0]?.input as { image_urls: string[] }).image_urls;
		expect(urls).toHaveLength(3);
		expect(await bench.atFal(urls[0])).toEqual(first);
		expect(await bench.atFal(urls[1])).toEqual(second);
		expect(urls[2]).toBe(address);
		await expectEdited(answer);
	});

	it('agent-that-edits-pictures: a picture in the chat and no address', async () => {
		named = '';
		const bytes = await photo('web.webp');
		const answer = await say('Make this autumn', [
			new Blob([new Uint8Array(bytes)], { type: 'image/webp' }),
		]);
		expect(bench.fal.jobs).toHaveLength(1);
		await expectEdited(answer);
	});

	it('agent-that-edits-pictures: no picture at all is said to the person', async () => {
		named = '';
		expect(await say('Make it autumn')).toMatch(/no image to edit/i);
		expect(bench.fal.jobs).toEqual([]);
	});
}
