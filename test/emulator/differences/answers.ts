import { json } from '../http';
import {
	at,
	broken,
	buffered,
	renamed,
	status,
	withoutCallHeader,
	withoutHeader,
	type Difference,
} from './change';

/** In what fal's answers may differ. */
export const inAnswers = {
	'a wrong key is 403': {
		answer: status(401, 403),
		shows: { 'auth.test': '403', 'auth.submit': '403', 'auth.upload': '403' },
	},
	'an unknown request is 410': {
		answer: at(['status', 'result', 'cancel'], status(404, 410)),
		shows: { 'request.status': '410 NOT_FOUND', 'request.result': '410' },
	},
	'the price is for megapixels': {
		answer: at(['pricing'], (answer) => ({
			...answer,
			body: answer.body.toString().replace('"images"', '"megapixels"'),
		})),
		shows: { 'price.unit': 'megapixels, in USD' },
	},
	'no clock at the Platform API': {
		answer: (answer, { target }) =>
			target.host === 'api.fal.ai'
				? { ...answer, headers: { ...answer.headers, date: '' } }
				: answer,
		shows: { 'price.clock': 'no date' },
	},
	'names of files are not kept': {
		answer: at(['initiate'], renamed),
		shows: { 'upload.name': 'not kept' },
	},
	'no HEAD': {
		answer: (answer, { method }) =>
			method === 'HEAD' ? { ...answer, status: 405, headers: {} } : answer,
		shows: { 'cdn.head': '405 without them' },
	},
	'no ranges': {
		call: withoutCallHeader('range'),
		shows: { 'cdn.range': '200 with all bytes' },
	},
	'files do not expire': {
		call: withoutCallHeader('x-fal-object-lifecycle'),
		shows: { 'expiration.file': 'still there' },
	},
	'no request id in the header of a submit': {
		answer: at(['submit'], withoutHeader('x-fal-request-id')),
		shows: { 'edit.header': 'no x-fal-request-id' },
	},
	'a stream that is buffered': {
		answer: at(['stream'], buffered),
		shows: { 'edit.first-word': 'too late' },
	},
	'a stream that breaks': {
		answer: at(['stream'], broken),
		shows: { 'edit.stream': 'IN_PROGRESS, then broken' },
	},
	'pending is 200': {
		answer: at(['status'], status(202, 200)),
		shows: { 'edit.pending': '200 while pending' },
	},
	'the result is 202 while pending': {
		answer: at(['result'], status(400, 202)),
		shows: { 'edit.early': '202' },
	},
	'no billable units': {
		answer: at(['result'], withoutHeader('x-fal-billable-units')),
		shows: { 'edit.units': 'not said', 'bad.bill': 'not said' },
	},
	'an image counts double': {
		answer: at(['result'], (answer) =>
			answer.headers['x-fal-billable-units'] === '1'
				? { ...answer, headers: { ...answer.headers, 'x-fal-billable-units': '2' } }
				: answer,
		),
		shows: { 'edit.units': '2' },
	},
	'a cancel is 200 with success': {
		answer: at(['cancel'], (answer) =>
			answer.status === 202 ? json(200, { success: true }) : answer,
		),
		shows: { 'cancel.queued-answer': '200 {"success":true}' },
	},
	'a cancel after the end is 202': {
		answer: at(['cancel'], (answer) =>
			answer.status === 400 ? json(202, { status: 'CANCELLATION_REQUESTED' }) : answer,
		),
		shows: { 'cancel.finished': '202 CANCELLATION_REQUESTED' },
	},
	'a cancelled request is unknown': {
		answer: at(['status', 'result'], (answer, { params }, world) =>
			world.queue.get(params.id)?.job.cancelRequestedAt
				? json(404, { status: 'NOT_FOUND' })
				: answer,
		),
		shows: { 'cancel.queued-end': '404 NOT_FOUND, result 404' },
	},
	'a cancelled edit is made and billed': {
		settings: { cancelRunning: 'finish' },
		shows: { 'cancel.running-bill': '1 units: it was made' },
	},
	'no start time-out': {
		answer: at(['result'], withoutHeader('x-fal-request-timeout-type')),
		shows: { 'late.end': '504, of no known time-out' },
	},
	'a bad field is 400': {
		answer: at(['result'], (answer) =>
			answer.status === 422 ? { ...answer, status: 400 } : answer,
		),
		shows: { 'bad.end': '400 that names aspect_ratio, with the result' },
	},
} satisfies Record<string, Difference>;
