import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface Letter {
	from: string;
	to: string[];
	/** headers and body as they came */
	raw: string;
	/** the HTML in it, decoded */
	html: string;
}

export interface MailServer {
	/** for n8n's SMTP credential */
	credential: object;
	letters: Letter[];
	close: () => Promise<void>;
}

const LOGIN = { user: 'images', password: 'mail-s3cret' };

const decodeQuotedPrintable = (text: string) =>
	Buffer.from(
		text
			.replace(/=\r\n/g, '')
			.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
		'latin1',
	).toString('utf8');

function htmlOf(raw: string): string {
	const split = raw.indexOf('\r\n\r\n');
	const [head, body] = [raw.slice(0, split), raw.slice(split + 4)];
	if (/quoted-printable/i.test(head)) return decodeQuotedPrintable(body);
	if (/encoding: base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8');
	return body;
}

/** One talk of a mail client with the server, line by line (RFC 5321, with AUTH PLAIN). */
class Conversation {
	private known = false;
	private from = '';
	private to: string[] = [];
	private data?: string[];

	constructor(
		private readonly say: (line: string) => void,
		private readonly keep: (letter: Letter) => void,
	) {
		say('220 mail.example.com ESMTP');
	}

	hear(line: string): void {
		if (this.data) this.hearData(line);
		else this.hearCommand(line);
	}

	private hearCommand(line: string): void {
		const [verb = ''] = line.toUpperCase().split(' ');
		const argument = line.match(/<([^>]*)>/)?.[1] ?? '';
		if (verb === 'EHLO') this.say('250-mail.example.com\r\n250 AUTH PLAIN');
		else if (verb === 'AUTH') this.logIn(line);
		else if (verb === 'QUIT') this.say('221 Bye');
		else if (!this.known) this.say('530 Authentication required');
		else if (verb === 'MAIL') this.begin(argument);
		else if (verb === 'RCPT') this.addRecipient(argument);
		else if (verb === 'DATA' && this.to.length > 0) this.startData();
		else this.say('503 Not now');
	}

	private logIn(line: string): void {
		const [, , encoded = ''] = line.split(' ');
		const plain = Buffer.from(encoded, 'base64').toString('utf8');
		this.known = plain === `\0${LOGIN.user}\0${LOGIN.password}`;
		this.say(this.known ? '235 Welcome' : '535 Authentication failed');
	}

	private begin(from: string): void {
		[this.from, this.to] = [from, []];
		this.say('250 OK');
	}

	private addRecipient(address: string): void {
		this.to.push(address);
		this.say('250 OK');
	}

	private startData(): void {
		this.data = [];
		this.say('354 End with a dot');
	}

	private hearData(line: string): void {
		if (line !== '.') {
			this.data?.push(line.replace(/^\./, ''));
			return;
		}
		const raw = (this.data ?? []).join('\r\n');
		this.keep({ from: this.from, to: this.to, raw, html: htmlOf(raw) });
		this.data = undefined;
		this.say('250 Kept');
	}
}

function talk(socket: Socket, letters: Letter[]): void {
	const conversation = new Conversation(
		(line) => socket.write(`${line}\r\n`),
		(letter) => letters.push(letter),
	);
	let heard = '';
	socket.setEncoding('utf8');
	socket.on('error', () => socket.destroy());
	socket.on('data', (text: string) => {
		const lines = (heard + text).split('\r\n');
		heard = lines.pop() ?? '';
		for (const line of lines) conversation.hear(line);
	});
}

/** A mail server on this machine: it delivers nothing and keeps every letter. */
export async function startMailServer(): Promise<MailServer> {
	const letters: Letter[] = [];
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
		talk(socket, letters);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const close = async () => {
		for (const socket of sockets) socket.destroy();
		await new Promise<void>((resolve) => server.close(() => resolve()));
	};
	const credential = { ...LOGIN, host: '127.0.0.1', port, secure: false, disableStartTls: true };
	return { credential, letters, close };
}
