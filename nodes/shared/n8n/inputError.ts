/**
 * Something in the node's own settings or input that has to change before an edit can be ordered.
 * Found by us, before any call to fal, so it never costs anything.
 */
export class InputError extends Error {
	override readonly name = 'InputError';

	/**
	 * @param message what is wrong, with the parameter's label in single quotes
	 * @param description what to do about it
	 */
	constructor(
		message: string,
		readonly description: string,
	) {
		super(message);
	}
}
