import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Message {
	role: string;
	content?: unknown;
	tool_calls?: unknown;
}

export interface ToolDescription {
	function: { name: string; description: string; parameters: { properties?: object } };
}

export interface ChatRequest {
	model: string;
	messages: Message[];
	tools?: ToolDescription[];
	stream?: boolean;
}

export interface ChatModel {
	/** the base URL for n8n's OpenAI credential */
	url: string;
	requests: ChatRequest[];
	close: () => Promise<void>;
}

/** What the model decides to call its tool with, once it has seen what the tool asks for. */
export type Arguments = (tool: ToolDescription) => Record<string, unknown>;

const toolAnswer = ({ messages }: ChatRequest) => {
	const last = messages.at(-1);
	return last?.role === 'tool' ? String(last.content) : undefined;
};

/** First calls of the tool, all with the same words, then a sentence with what the tool said. */
function think(request: ChatRequest, chooseArguments: Arguments, times: number): Message {
	const answer = toolAnswer(request);
	if (answer !== undefined) {
		const [address] = answer.match(/https?:\/\/[^"\\\s]+/) ?? [];
		const content = address ? `Here it is: ${address}` : `That did not work: ${answer}`;
		return { role: 'assistant', content };
	}
	const [tool] = request.tools ?? [];
	if (!tool) return { role: 'assistant', content: 'I have no tool.' };
	const call = {
		name: tool.function.name,
		arguments: JSON.stringify(chooseArguments(tool)),
	};
	const tool_calls = Array.from({ length: times }, (_, index) => ({
		...{ index, id: `call_${index + 1}`, type: 'function', function: call },
	}));
	return { role: 'assistant', content: null, tool_calls };
}

async function readJson(request: IncomingMessage): Promise<ChatRequest> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return JSON.parse(Buffer.concat(chunks).toString('utf8')) as ChatRequest;
}

function answer(response: ServerResponse, { model, stream }: ChatRequest, message: Message): void {
	const finish_reason = message.tool_calls ? 'tool_calls' : 'stop';
	const common = { id: 'chatcmpl-1', created: 1, model };
	if (!stream) {
		const choices = [{ index: 0, message, finish_reason }];
		const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify({ ...common, object: 'chat.completion', choices, usage }));
		return;
	}
	const chunk = (delta: object, finish: string | null) =>
		`data: ${JSON.stringify({ ...common, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
	response.setHeader('content-type', 'text/event-stream');
	response.end(`${chunk(message, null)}${chunk({}, finish_reason)}data: [DONE]\n\n`);
}

/**
 * A stand-in for a language model behind OpenAI's chat completions API.
 *
 * @param times how often it calls its tool at once
 */
export async function startChatModel(
	chooseArguments: Arguments,
	times = () => 1,
): Promise<ChatModel> {
	const requests: ChatRequest[] = [];
	const server = createServer((request, response) => {
		readJson(request)
			.then((body) => {
				requests.push(body);
				answer(response, body, think(body, chooseArguments, times()));
			})
			.catch((error: unknown) => {
				response.statusCode = 400;
				response.end(String(error));
			});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const close = async () => {
		server.closeAllConnections();
		await new Promise<void>((resolve) => server.close(() => resolve()));
	};
	return { url: `http://127.0.0.1:${port}/v1`, requests, close };
}
