import { HISTORY_PAGES, LOST_REQUEST } from '../../../../nodes/shared/limits';
import { processMemory } from '../../../../nodes/shared/requests/processMemory';
import { findIn, pastRequests, type Past } from '../../../../nodes/shared/requests/recover';
import { falAtADistance, REQUEST_ID } from '../../../support/falAtADistance';
import { restart } from '../../../support/restart';

beforeEach(restart);

const FIELDS = { prompt: 'make it blue', image_urls: [] };
const AT = 1_000_000;
const sought = {
	...{ fields: FIELDS, at: AT },
	...{ from: AT - LOST_REQUEST.early, to: AT + LOST_REQUEST.late },
};
const past = (requestId: string, after: number, more: Partial<Past> = {}): Past => ({
	...{ requestId, receivedAt: AT + after, isFree: false, fields: FIELDS, output: {} },
	...more,
});
const idOf = (found?: Past) => found?.requestId;

async function read(pages: (nth: number) => object) {
	const found: Past[] = [];
	const { connection, callsOf } = falAtADistance({ history: pages });
	for await (const one of pastRequests(connection, {})) found.push(one);
	return { found, calls: callsOf('history').length };
}

it('of equal ones it is the one received at the likeliest time, however they are listed', () => {
	expect(idOf(findIn([past('late', 900), past('near', 500), past('early', -2_000)], sought))).toBe(
		'near',
	);
	expect(idOf(findIn([past('near', -500), past('early', -2_000)], sought))).toBe('near');
});

it('one that asks for something else is another, however near it is', () => {
	const other = past('other', 0, { fields: { ...FIELDS, prompt: 'make it red' } });
	expect(idOf(findIn([other, past('same', 900)], sought))).toBe('same');
	expect(idOf(findIn([other], sought))).toBeUndefined();
});

it.each([
	[499, true],
	[500, true],
	[498, false],
	[422, false],
	[200, false],
	[undefined, false],
])('fal has charged nothing for one that ended with %s: %s', async (status_code, isFree) => {
	const item = { request_id: REQUEST_ID, json_input: FIELDS, status_code };
	expect((await read(() => ({ items: [item] }))).found).toMatchObject([{ isFree }]);
});

it('one that cost nothing is not the last of several tries, and may be the only one', () => {
	const free = past('free', 0, { isFree: true });
	const paid = past('paid', 900);
	expect(idOf(findIn([free, paid], { ...sought, isLast: true }))).toBe('paid');
	expect(idOf(findIn([free, paid], sought))).toBe('free');
});

it('one that another execution of this process has, or may have, is nobody’s', () => {
	processMemory.noteSubmit('known');
	expect(idOf(findIn([past('known', 0)], sought))).toBeUndefined();
	expect(idOf(findIn([past('other', 0)], sought))).toBe('other');
	processMemory.note('another', { status: 'submitting', attempt: 0, sought });
	expect(idOf(findIn([past('other', 0)], sought))).toBeUndefined();
	const elsewhere = { ...sought, fields: { ...FIELDS, prompt: 'make it red' } };
	const red = past('red', 0, { fields: elsewhere.fields });
	expect(idOf(findIn([red], elsewhere))).toBe('red');
});

it('the history is read page by page, so far back as is needed and no further', async () => {
	const page = (nth: number, more: object) => ({
		items: [{ request_id: `${nth}`, json_input: FIELDS }],
		...more,
	});
	const { found, calls } = await read((nth) =>
		page(nth, { has_more: true, next_cursor: `${nth + 1}` }),
	);
	expect(calls).toBe(HISTORY_PAGES);
	expect(found.map(({ requestId }) => requestId)).toEqual(
		Array.from({ length: HISTORY_PAGES }, (_, nth) => `${nth}`),
	);
});

it('fal writes its times by its own clock', async () => {
	const ahead = 3_600_000;
	const clock = Date.now() + ahead;
	const items = [{ request_id: REQUEST_ID, sent_at: new Date(clock).toISOString() }];
	const answer = () =>
		Response.json({ items }, { headers: { date: new Date(clock).toUTCString() } });
	const [one] = (await read(answer)).found;
	expect(Math.abs(one!.receivedAt - Date.now())).toBeLessThan(5_000);
	const [unknown] = (await read(() => ({ items }))).found;
	expect(unknown!.receivedAt).toBe(clock);
});
