import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Authority } from '../../support/authority';
import { answerBy, type Service } from '../server';
import { Accounts } from './accounts';
import { Drive } from './drive';
import { Sheets } from './sheets';

/** Google's log-in, Sheets and Drive, under their own host names. */
export class Google {
	readonly accounts = new Accounts();
	readonly sheets = new Sheets(this.accounts);
	readonly drive = new Drive(this.accounts);
	private readonly hosts: Record<string, Service> = {
		'oauth2.googleapis.com': (call) => this.accounts.exchange(call),
		'sheets.googleapis.com': (call) => this.sheets.answer(call),
		'www.googleapis.com': (call) => this.drive.answer(call),
	};
	private server?: ReturnType<typeof createServer>;

	async start({ answerAs }: Authority): Promise<void> {
		const listener = answerBy(
			async (call) => (await this.hosts[call.url.hostname]?.(call)) ?? { status: 421 },
		);
		const server = createServer({ SNICallback: answerAs }, listener);
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		this.server = server;
	}

	/** Where this machine plays one of Google's hosts. */
	portOf(host: string): number | undefined {
		if (!this.server || !(host in this.hosts)) return undefined;
		return (this.server.address() as AddressInfo).port;
	}

	async close(): Promise<void> {
		const { server } = this;
		server?.closeAllConnections();
		await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
	}
}
