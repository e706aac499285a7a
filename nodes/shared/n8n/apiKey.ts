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
	if (key === '') throw new InputError("'API Key' of the credential is empty", howTo);
	if (!/^[\x21-\x7e]+$/.test(key)) {
		throw new InputError(
			"'API Key' of the credential has a line break, a space or another character that no key has",
			howTo,
		);
	}
	if (!/^[^:]+:[^:]+$/.test(key)) {
		throw new InputError(
			"'API Key' of the credential is not a whole fal key: it has two parts with a colon between them",
			howTo,
		);
	}
	return key;
}
