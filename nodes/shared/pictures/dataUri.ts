/** Whether an address is a data URI, which holds the file itself. */
export const isDataUri = (url: string): boolean => url.startsWith('data:');

/** The bytes inside a data URI: `data:image/png;base64,…`, or percent-encoded text. Never throws; broken text gives broken bytes. */
export function bytesOfDataUri(url: string): Buffer {
	const comma = url.indexOf(',');
	const data = url.slice(comma + 1);
	if (url.slice(0, comma).endsWith(';base64')) return Buffer.from(data, 'base64');
	const text = data.replace(/%([0-9a-f]{2})/gi, (_, code: string) =>
		String.fromCharCode(parseInt(code, 16)),
	);
	return Buffer.from(text, 'latin1');
}
