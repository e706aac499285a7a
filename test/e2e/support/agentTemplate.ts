import type { Workflow } from '../../n8n';
import { startChatModel, type ChatModel, type ToolDescription } from '../../support/chatModel';
import type { Bench } from './bench';
import { fillIn } from './templates';

const trigger = 'When a Message Arrives';

export const agentTemplate = fillIn('agent-that-edits-images', trigger, ({ parameters }) => ({
	...parameters,
	public: true,
}));

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

/** The chat of the template in which an agent uses our node as its tool. */
export class AgentChat {
	/** What the model names to the tool: addresses, or nothing. */
	named = '';
	/** How often the model calls the tool at once. */
	calls = 1;
	private model!: ChatModel;
	private published?: Promise<Workflow>;

	/** @param workflow the template, or a variant of it */
	constructor(
		private readonly bench: Bench,
		private readonly workflow: Workflow = agentTemplate(),
	) {}

	async open(): Promise<void> {
		this.model = await startChatModel(
			argumentsFor(() => this.named),
			() => this.calls,
		);
		await this.bench.addCredential('model', 'openAiApi', { apiKey: 'none', url: this.model.url });
	}

	async close(): Promise<void> {
		await this.model.close();
	}

	forget(): void {
		this.calls = 1;
		this.model.requests.length = 0;
	}

	/** Gives the agent's answer to a message and the files with it. */
	async say(chatInput: string, files: Blob[] = []): Promise<string> {
		this.published ??= this.bench.publish(this.workflow);
		const { nodes } = await this.published;
		const chat = nodes.find(({ name }) => name === trigger);
		const address = `${this.bench.n8n.url}/webhook/${String(chat?.webhookId)}/chat`;
		return await (await fetch(address, messageOf(chatInput, files))).text();
	}

	/** The address of the image, which the tool has told the model and the model the person. */
	async expectEdited(answer: string): Promise<void> {
		const [asked, told] = this.model.requests;
		expect(asked?.tools?.[0]?.function.description).toMatch(/Edit or combine .* images/);
		const toolSaid = String(told?.messages.at(-1)?.content);
		expect(toolSaid).toContain(this.bench.fal.jobs[0]?.id);
		const [made] = toolSaid.match(/https?:\/\/[^"\\\s]+/) ?? [];
		expect((await this.bench.atFal(made)).length).toBeGreaterThan(1000);
		expect(answer).toContain(made);
	}
}
