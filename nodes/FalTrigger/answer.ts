/** An answer to a callback that starts nothing. */
export interface Answer {
	status: 200 | 400 | 401 | 404 | 409 | 503;
	message: string;
}

export const answer = (status: Answer['status'], message: string): Answer => ({ status, message });
