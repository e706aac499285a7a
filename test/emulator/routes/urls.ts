import type { Job } from '../types';

/** Status, result and cancel know the app only: `owner/app`, without the rest of the endpoint. */
export function appOf(endpoint: string): string {
	return endpoint.split('/').slice(0, 2).join('/');
}

export function requestUrls({
	endpoint,
	id,
}: Job): Record<'response_url' | 'status_url' | 'cancel_url', string> {
	const response_url = `https://queue.fal.run/${appOf(endpoint)}/requests/${id}`;
	return {
		response_url,
		status_url: `${response_url}/status`,
		cancel_url: `${response_url}/cancel`,
	};
}
