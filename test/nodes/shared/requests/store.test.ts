import { takenBy } from '../../../../nodes/shared/requests/request';
import { Requests, type Request } from '../../../../nodes/shared/requests/store';

const sought = { seed: 2 ** 30, from: 0 };

function submit(request: Request, id: string): void {
	request.dispatch({ type: 'sent', sought });
	request.dispatch({ type: 'taken', taken: takenBy(id) });
}

it('a retry that hears later that fal gave a request up takes up the one that was made in its place', async () => {
	const saved = {};
	const first = new Requests('run', saved).of('row');
	submit(first, 'given up');
	const beside = structuredClone(saved);
	const second = new Requests('run', beside).of('row');
	first.dispatch({ type: 'failedForFree' });
	submit(first, 'in its place');
	second.dispatch({ type: 'failedForFree' });
	const next = new Requests('run', structuredClone(beside)).of('row');
	expect(await next.withLock(async () => next.state)).toMatchObject({
		...{ status: 'submitted', taken: { request_id: 'in its place' } },
	});
});

it('a retry takes up at once what another one has made in place of what both had asked fal to drop', async () => {
	const saved = {};
	const first = new Requests('stopped run', saved).of('row');
	submit(first, 'dropped');
	first.dispatch({ type: 'cancelAsked' });
	const second = new Requests('stopped run', structuredClone(saved)).of('row');
	first.dispatch({ type: 'cancelled' });
	submit(first, 'in its place');
	expect(await second.withLock(async () => second.state)).toMatchObject({
		...{ status: 'submitted', taken: { request_id: 'in its place' } },
	});
});
