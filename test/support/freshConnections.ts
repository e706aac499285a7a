/**
 * Every request of a test takes a connection of its own. A server ends a kept one after some idle seconds; a
 * test that drew an image meanwhile has not seen that, and its next POST would be reset.
 */
export {};

const keepingFetch = globalThis.fetch;

globalThis.fetch = async (input, init) => {
	const headers = new Headers(
		init?.headers ?? (input instanceof Request ? input.headers : undefined),
	);
	headers.set('connection', 'close');
	return await keepingFetch(input, { ...init, headers });
};
