import type { Owner } from './apiTypes';

/** A user's log-in at n8n, and the calls that it allows. */
export class N8nSession {
	private cookie = '';

	/** @param major of n8n's version; the calls of n8n 1 differ in a few places */
	constructor(
		readonly url: string,
		protected readonly major = 2,
	) {}

	async fetch(path: string, init: RequestInit = {}): Promise<Response> {
		const headers = { ...init.headers, cookie: this.cookie };
		const response = await fetch(`${this.url}${path}`, { ...init, headers });
		if (response.ok) return response;
		throw new Error(`${init.method ?? 'GET'} ${path}: ${response.status} ${await response.text()}`);
	}

	protected async call<T>(method: string, path: string, body?: unknown): Promise<T> {
		const json = body === undefined ? {} : { body: JSON.stringify(body) };
		const headers = { 'content-type': 'application/json' };
		const response = await this.fetch(`/rest${path}`, { method, headers, ...json });
		return ((await response.json()) as { data: T }).data;
	}

	private async keepCookie(path: string, body: unknown): Promise<void> {
		const headers = { 'content-type': 'application/json' };
		const response = await this.fetch(path, {
			method: 'POST',
			headers,
			body: JSON.stringify(body),
		});
		this.cookie = response.headers
			.getSetCookie()
			.map((cookie) => cookie.split(';')[0])
			.join('; ');
	}

	/** True on a fresh n8n, which would show its registration screen. */
	async needsOwner(): Promise<boolean> {
		const settings = await this.call<{ userManagement: { showSetupOnFirstLoad: boolean } }>(
			'GET',
			'/settings',
		);
		return settings.userManagement.showSetupOnFirstLoad;
	}

	async setUpOwner(owner: Owner): Promise<void> {
		await this.keepCookie('/rest/owner/setup', { ...owner, firstName: 'Local', lastName: 'Owner' });
	}

	async login({ email, password }: Owner): Promise<void> {
		await this.keepCookie('/rest/login', { emailOrLdapLoginId: email, password });
	}
}
