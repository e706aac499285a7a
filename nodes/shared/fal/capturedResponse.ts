import type { FalConnection } from './client';

/** What the client drops of an answer: its text and headers. */
export interface Tapped {
	text: string;
	headers: Record<string, string>;
}

/** A connection that keeps the last answer, of which the client passes on only a part. */
export function tap(connection: FalConnection): FalConnection & { last: Tapped } {
	const tapped = {
		...connection,
		last: { text: '', headers: {} } as Tapped,
		fetch: async (...call: Parameters<FalConnection['fetch']>) => {
			const response = await connection.fetch(...call);
			const text = await response.clone().text();
			tapped.last = { text, headers: Object.fromEntries(response.headers) };
			return response;
		},
	};
	return tapped;
}
