import { isObject, without } from '../http';

export type AnswerFault = (body: Record<string, unknown>) => unknown;

/** Answers that arrive whole but say something odd. Each gets the true body and gives the one to send. */
export const answerFaults: Record<string, AnswerFault> = {
	'no-request-id': (body) => without(body, 'request_id'),
	'unknown-state': (body) => ({ ...body, status: 'CANCELED' }),
	'null-body': () => null,
	'wrong-shape': () => ({}),
	'empty-images': (body) => ({ ...body, images: [] }),
	'fewer-images': (body) => ({ ...body, images: imagesOf(body).slice(0, 1) }),
	'no-images': (body) => without(body, 'images'),
	'no-url': (body) => eachImage(body, (image) => without(image, 'url')),
	'null-sizes': (body) =>
		eachImage(body, (image) => ({ ...image, file_size: null, width: null, height: null })),
	'no-names': (body) => eachImage(body, ({ url }) => ({ url })),
	'odd-names': (body) =>
		eachImage(body, (image) => ({ ...image, file_name: '../../etc/pass wd?.PNG' })),
	'odd-scheme': (body) =>
		eachImage(body, (image, index) => ({
			...image,
			url: index % 2 ? 'ftp://fal.media/files/a.png' : 'file:///etc/hostname',
		})),
};

function imagesOf(body: Record<string, unknown>): Array<Record<string, unknown>> {
	return Array.isArray(body.images) ? body.images.filter(isObject) : [];
}

function eachImage(
	body: Record<string, unknown>,
	change: (image: Record<string, unknown>, index: number) => unknown,
): unknown {
	return { ...body, images: imagesOf(body).map(change) };
}
