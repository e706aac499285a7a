/** Whether an address is a data URI, which holds the file itself. */
export const isDataUri = (url: string): boolean => /^data:/i.test(url);

const percentDecoded = (text: string) =>
	text.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));

/** The bytes inside a data URI: base64 of either alphabet, with or without padding and line breaks, or percent-encoded text. Never throws; broken text gives broken bytes. */
export function bytesOfDataUri(url: string): Buffer {
	const comma = url.indexOf(',');
	const data = percentDecoded(url.slice(comma + 1));
	const isBase64 = /;\s*base64\s*$/i.test(url.slice(0, Math.max(comma, 0)));
	return isBase64 ? Buffer.from(data.replace(/\s+/g, ''), 'base64') : Buffer.from(data, 'latin1');
}
