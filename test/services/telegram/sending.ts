import sharp from 'sharp';
import { checkText } from './parameters';
import { Refusal, type Arrived, type Parameters, type Sent } from './types';

const LONGEST = { text: 4096, caption: 1024 };
const MOST_BYTES = { photo: 10e6, document: 50e6 };

const isFile = (value: unknown): value is Arrived =>
	typeof value === 'object' && value !== null && 'bytes' in value;

function read(parameters: Parameters, kind: 'photo' | 'document'): Arrived {
	const file = parameters[kind];
	if (!isFile(file)) throw new Refusal(400, `Bad Request: there is no ${kind} in the request`);
	if (file.bytes.length === 0) throw new Refusal(400, 'Bad Request: file must be non-empty');
	if (file.bytes.length > MOST_BYTES[kind]) throw new Refusal(413, 'Request Entity Too Large');
	return file;
}

/** A photo must be an image whose sides are neither huge nor a strip. */
async function checkPhoto({ bytes }: Arrived): Promise<void> {
	const size = await sharp(bytes)
		.metadata()
		.catch(() => undefined);
	if (!size) throw new Refusal(400, 'Bad Request: IMAGE_PROCESS_FAILED');
	const { width, height } = size;
	if (width + height > 10_000 || Math.max(width, height) / Math.min(width, height) > 20) {
		throw new Refusal(400, 'Bad Request: PHOTO_INVALID_DIMENSIONS');
	}
}

function replyMarkup({ reply_markup: markup }: Parameters): { force_reply?: boolean } {
	return (typeof markup === 'string' ? JSON.parse(markup) : (markup ?? {})) as object;
}

function common(method: string, parameters: Parameters) {
	const chat = Number(parameters.chat_id);
	if (!Number.isInteger(chat)) throw new Refusal(400, 'Bad Request: chat not found');
	const { force_reply = false } = replyMarkup(parameters);
	const answers = Number(parameters.reply_to_message_id) || undefined;
	return { method, chat, answers, forcesReply: force_reply };
}

export type Outgoing = Omit<Sent, 'messageId'>;

function message(parameters: Parameters): Outgoing {
	const text = typeof parameters.text === 'string' ? parameters.text : '';
	if (!text.trim()) throw new Refusal(400, 'Bad Request: message text is empty');
	checkText(text, parameters.parse_mode, LONGEST.text, 'message');
	return { ...common('sendMessage', parameters), text };
}

async function file(kind: 'photo' | 'document', parameters: Parameters): Promise<Outgoing> {
	const arrived = read(parameters, kind);
	if (kind === 'photo') await checkPhoto(arrived);
	const text = typeof parameters.caption === 'string' ? parameters.caption : undefined;
	checkText(text ?? '', parameters.parse_mode, LONGEST.caption, 'message caption');
	const method = kind === 'photo' ? 'sendPhoto' : 'sendDocument';
	return { ...common(method, parameters), text, file: arrived };
}

/** What a bot can send, by method. */
export const sending: Record<string, (parameters: Parameters) => Outgoing | Promise<Outgoing>> = {
	sendMessage: message,
	sendPhoto: async (parameters) => await file('photo', parameters),
	sendDocument: async (parameters) => await file('document', parameters),
};
