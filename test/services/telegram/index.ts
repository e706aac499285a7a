import { jsonAnswer, startService, type ServiceAnswer, type ServiceCall } from '../server';
import { Files } from './files';
import { readParameters } from './parameters';
import { sending } from './sending';
import { Refusal, type Message, type Parameters, type Sent } from './types';

export type { Message, Sent } from './types';

interface Webhook {
	url: string;
	secret_token?: string;
	allowed_updates?: string[];
}

export interface TelegramOptions {
	/** where an address of the web is in truth, on this machine */
	reach: (url: string) => string;
}

/** Ports that Telegram calls back on. */
const PORTS = ['', '443', '80', '88', '8443'];
const SOMEONE = { id: 4711, first_name: 'Lena' };

type Content = Pick<Message, 'text' | 'caption' | 'photo' | 'document'> & {
	media_group_id?: string;
	reply_to_message?: Message;
};

/** Telegram's bot API on this machine, with one bot and one person who writes to it. */
export class Telegram {
	readonly token = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw';
	readonly files = new Files();
	readonly sent: Sent[] = [];
	readonly refused: string[] = [];
	private webhook: Webhook = { url: '' };
	private lastMessage = 100;
	private lastUpdate = 900_000;

	constructor(private readonly options: TelegramOptions) {}

	async answer(call: ServiceCall): Promise<ServiceAnswer> {
		const [, token, rest = ''] = call.url.pathname.match(/^(?:\/file)?\/bot([^/]+)\/(.*)$/) ?? [];
		if (token !== this.token) return this.refuse(new Refusal(401, 'Unauthorized'));
		if (call.url.pathname.startsWith('/file/')) return this.download(rest);
		try {
			return jsonAnswer(200, { ok: true, result: await this.call(rest, call) });
		} catch (error) {
			if (error instanceof Refusal) return this.refuse(error);
			throw error;
		}
	}

	private refuse({ code, message }: Refusal): ServiceAnswer {
		this.refused.push(message);
		return jsonAnswer(code, { ok: false, error_code: code, description: message });
	}

	private download(path: string): ServiceAnswer {
		const body = this.files.at(path);
		// Telegram says no type: the name is all that tells what a file is.
		const headers = { 'content-type': 'application/octet-stream' };
		return body ? { status: 200, headers, body } : this.refuse(new Refusal(404, 'Not Found'));
	}

	private async call(method: string, call: ServiceCall): Promise<unknown> {
		const parameters = await readParameters(call);
		const send = sending[method];
		if (send) return this.note({ ...(await send(parameters)), messageId: ++this.lastMessage });
		if (method === 'getMe') return { id: 110201543, is_bot: true, first_name: 'Editor' };
		if (method === 'getFile') return this.files.describe(String(parameters.file_id));
		if (method === 'getWebhookInfo') return this.webhook;
		if (method === 'setWebhook') return this.setWebhook(parameters);
		if (method === 'deleteWebhook') return this.setWebhook({ url: '' });
		throw new Refusal(404, 'Not Found');
	}

	private note(sent: Sent): object {
		this.sent.push(sent);
		const { messageId, chat, text } = sent;
		return { message_id: messageId, chat: { id: chat, type: 'private' }, date: this.now(), text };
	}

	private setWebhook({ url, secret_token, allowed_updates }: Parameters): true {
		const address = String(url);
		const bad = (words: string) => new Refusal(400, `Bad Request: bad webhook: ${words}`);
		if (address !== '') {
			const { protocol, port } = new URL(address);
			if (protocol !== 'https:') throw bad('An HTTPS URL must be provided for webhook');
			if (!PORTS.includes(port))
				throw bad('Webhook can be set up only on ports 80, 88, 443 or 8443');
		}
		if (secret_token && !/^[\w-]{1,256}$/.test(String(secret_token))) {
			throw new Refusal(400, 'Bad Request: secret token contains unallowed characters');
		}
		this.webhook = { url: address, secret_token, allowed_updates } as Webhook;
		return true;
	}

	private now = () => Math.floor(Date.now() / 1_000);

	/** A message of the person, on its way to the bot. */
	message(content: Content, from = SOMEONE): Message {
		const person = { ...from, is_bot: false };
		const chat = { id: from.id, type: 'private' as const, first_name: from.first_name };
		return { message_id: ++this.lastMessage, from: person, chat, date: this.now(), ...content };
	}

	/** Gives a message to the bot's webhook, as an update of its own. */
	async deliver(message: Message, update_id = ++this.lastUpdate): Promise<number> {
		const { url, secret_token = '' } = this.webhook;
		if (!url) throw new Error('No bot listens');
		const response = await fetch(this.options.reach(url), {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				'x-telegram-bot-api-secret-token': secret_token,
			},
			body: JSON.stringify({ update_id, message }),
		});
		return response.status;
	}
}

export interface RunningTelegram {
	telegram: Telegram;
	/** for n8n's Telegram credential */
	credential: { accessToken: string; baseUrl: string };
	close: () => Promise<void>;
}

export async function startTelegram(options: TelegramOptions): Promise<RunningTelegram> {
	const telegram = new Telegram(options);
	const { url, close } = await startService(async (call) => await telegram.answer(call));
	return { telegram, credential: { accessToken: telegram.token, baseUrl: url }, close };
}
