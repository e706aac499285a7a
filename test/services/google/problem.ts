import { jsonAnswer, type ServiceAnswer } from '../server';

/** An error of a Google API: its HTTP status, its own name, its words. */
export class Problem extends Error {
	constructor(
		readonly code: number,
		readonly status: string,
		words: string,
		readonly reason = status,
	) {
		super(words);
	}

	get answer(): ServiceAnswer {
		const { code, status, message, reason } = this;
		const errors = [{ domain: 'global', reason, message }];
		return jsonAnswer(code, { error: { code, message, status, errors } });
	}
}

export const notFound = (what: string) =>
	new Problem(404, 'NOT_FOUND', `${what} was not found.`, 'notFound');
export const invalid = (words: string) => new Problem(400, 'INVALID_ARGUMENT', words, 'invalid');
