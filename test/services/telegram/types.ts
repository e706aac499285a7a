/** A file that came by multipart, as it arrived. */
export interface Arrived {
	fileName: string;
	type: string;
	bytes: Buffer;
}

export type Parameters = Record<string, unknown>;

/** What the bot has sent into a chat. */
export interface Sent {
	method: string;
	chat: number;
	messageId: number;
	text?: string;
	/** the message that it answers */
	answers?: number;
	forcesReply: boolean;
	file?: Arrived;
}

export interface PhotoSize {
	file_id: string;
	file_unique_id: string;
	width: number;
	height: number;
	file_size: number;
}

export interface Document {
	file_id: string;
	file_unique_id: string;
	file_name: string;
	mime_type: string;
	file_size: number;
}

export interface Message {
	message_id: number;
	from: { id: number; is_bot: boolean; first_name: string };
	chat: { id: number; type: 'private'; first_name: string };
	date: number;
	text?: string;
	caption?: string;
	photo?: PhotoSize[];
	document?: Document;
	media_group_id?: string;
	reply_to_message?: Message;
}

/** An answer with `ok: false`, in Telegram's words. */
export class Refusal extends Error {
	constructor(
		readonly code: number,
		words: string,
	) {
		super(words);
	}
}
