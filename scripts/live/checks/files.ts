import { ball, ballAtFal, upload } from '../files';
import { NotSeen, type Check, type Live } from '../live';

const tail = (url: string) => decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '');

/** A file that is to be gone soon, uploaded early so that its time is over by the time it is looked at. */
export const startExpiring = async (live: Live) =>
	await live.once('expiring', async () => {
		const seconds = Math.max(1, Math.round(live.place.patience.expiration / 1_000));
		const lifecycle = JSON.stringify({ expiration_duration_seconds: seconds });
		const file = await upload(live, await ball('jpeg'), 'jpeg', {
			'x-fal-object-lifecycle': lifecycle,
		});
		return { ...file, over: Date.now() + seconds * 1_000 };
	});

export const fileChecks: Check[] = [
	{
		id: 'upload.start',
		what: 'the start of an upload',
		promise: 'image',
		expected: '200 with both addresses',
		see: async (live) => {
			const { start } = await ballAtFal(live);
			await startExpiring(live);
			return [`${start.status} with both addresses`, `${start.ms} ms`];
		},
	},
	{
		id: 'upload.put',
		what: 'the bytes, sent without the key',
		promise: 'key',
		expected: 'taken',
		see: async (live) => {
			const { put } = await ballAtFal(live);
			return [put.status < 300 ? 'taken' : `${put.status}`, `${put.status}, ${put.ms} ms`];
		},
	},
	{
		id: 'upload.name',
		what: "the file's name in its address, which holds the image's hash",
		promise: 'once',
		expected: 'kept at the end',
		see: async (live) => {
			const { url, name } = await ballAtFal(live);
			return tail(url).endsWith(name) ? 'kept at the end' : 'not kept';
		},
	},
	{
		id: 'cdn.get',
		what: 'an uploaded file, fetched without the key',
		promise: 'image',
		expected: '200, the same bytes',
		see: async (live) => {
			const { url, bytes } = await ballAtFal(live);
			const got = await live.wire.call(url, { key: null });
			return `${got.status}, ${got.bytes.equals(bytes) ? 'the same' : 'other'} bytes`;
		},
	},
	{
		id: 'cdn.head',
		what: 'a HEAD of it',
		promise: 'image',
		expected: '200 with its length and type',
		see: async (live) => {
			const { url, bytes, type } = await ballAtFal(live);
			const { status, headers } = await live.wire.call(url, { method: 'HEAD', key: null });
			const isIts =
				headers['content-length'] === String(bytes.length) && headers['content-type'] === type;
			return isIts && status === 200 ? '200 with its length and type' : `${status} without them`;
		},
	},
	{
		id: 'cdn.range',
		what: 'its first 100 bytes',
		promise: 'image',
		expected: '206 with 100 bytes',
		see: async (live) => {
			const { url, bytes } = await ballAtFal(live);
			const headers = { range: 'bytes=0-99' };
			const got = await live.wire.call(url, { key: null, headers });
			const whole = got.bytes.length === bytes.length;
			return `${got.status} with ${whole ? 'all' : got.bytes.length} bytes`;
		},
	},
	{
		id: 'expiration.file',
		what: 'a file whose time, as we have set it, is over',
		promise: 'words',
		expected: 'gone',
		see: async (live) => {
			const { url, over } = await startExpiring(live);
			await live.until(async () => (Date.now() > over ? true : undefined), over - Date.now());
			const { status } = await live.wire.call(url, { key: null, method: 'HEAD' });
			if (status >= 500) throw new NotSeen(`it was answered ${status}`);
			return [status === 404 || status === 410 ? 'gone' : 'still there', `${status}`];
		},
	},
];
