import type { FalConnection } from './client';

/** What the client drops of an answer: its text and headers. */
export interface CapturedResponse {
	text: string;
	headers: Record<string, string>;
}

/** A connection that keeps the headers of the last answer; its text may be large. */
export function captureHeaders(
	connection: FalConnection,
): FalConnection & Pick<CapturedResponse, 'headers'> {
	const captured = {
		...connection,
		headers: {} as CapturedResponse['headers'],
		fetch: async (...call: Parameters<FalConnection['fetch']>) => {
			const response = await connection.fetch(...call);
			captured.headers = Object.fromEntries(response.headers);
			return response;
		},
	};
	return captured;
}

/** A connection that keeps the last answer, of which the client passes on only a part. */
export function captureResponse(
	connection: FalConnection,
): FalConnection & { last: CapturedResponse } {
	const captured = {
		...connection,
		last: { text: '', headers: {} } as CapturedResponse,
		fetch: async (...call: Parameters<FalConnection['fetch']>) => {
			const response = await connection.fetch(...call);
			const text = await response.clone().text();
			captured.last = { text, headers: Object.fromEntries(response.headers) };
			return response;
		},
	};
	return captured;
}
