import { answerWithDownloadFault } from '../faults/downloads';
import { detail, type Answer, type Call } from '../http';
import type { MediaFile } from '../media';
import type { World } from '../world';

/** A public media URL: no key wanted. */
export function download(world: World, call: Call): Answer {
	const file = world.media.get(call.target.pathname);
	if (!file) return detail(404, 'Not Found');
	const subject = { text: file.faultText, fileName: file.name, url: call.target.href };
	const rule = world.faults.take('download', 'download', subject);
	const answer = fileAnswer(file, call);
	return rule ? answerWithDownloadFault(answer, call, rule, world.clock) : answer;
}

function fileAnswer({ bytes, contentType }: MediaFile, call: Call): Answer {
	const headers = {
		'content-type': contentType,
		'content-length': String(bytes.length),
		'accept-ranges': 'bytes',
		'access-control-allow-origin': '*',
	};
	const range = /^bytes=(\d+)-(\d*)$/.exec(call.headers.range ?? '');
	if (!range) return { status: 200, headers, body: bytes };
	const first = Number(range[1]);
	const last = Math.min(range[2] === '' ? Infinity : Number(range[2]), bytes.length - 1);
	if (first > last)
		return {
			...detail(416, 'Range Not Satisfiable', { 'content-range': `bytes */${bytes.length}` }),
		};
	const part = bytes.subarray(first, last + 1);
	return {
		status: 206,
		headers: {
			...headers,
			'content-length': String(part.length),
			'content-range': `bytes ${first}-${last}/${bytes.length}`,
		},
		body: part,
	};
}
