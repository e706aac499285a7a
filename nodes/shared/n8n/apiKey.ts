import { InputError } from './inputError';

/**
 * The API key as fal's Authorization header wants it, `<key id>:<secret>`.
 *
 * @param apiKey the credential's field, spaces around it allowed
 * @throws InputError in words that never repeat the key: a control character left in would make
 * the HTTP layer throw a message that holds the whole header
 */
export function readApiKey(apiKey: unknown): string {
	const key = typeof apiKey === 'string' ? apiKey.trim() : '';
	const howTo = 'Copy the whole key from fal.ai/dashboard/keys into the fal.ai API credential.';
	if (key === '') throw new InputError("The credential's 'API Key' is empty", howTo);
	if (!/^[\x21-\x7e]+$/.test(key)) {
		throw new InputError(
			"The credential's 'API Key' contains a line break, a space or another character that is not allowed in a key",
			howTo,
		);
	}
	if (!/^[^:]+:[^:]+$/.test(key)) {
		throw new InputError(
			"The credential's 'API Key' is incomplete: a fal key has two parts, separated by a colon",
			howTo,
		);
	}
	return key;
}
