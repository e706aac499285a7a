import { Claim, NOT_OURS } from '../../../nodes/FalTrigger/claim';
import { CLAIM } from '../../../nodes/shared/limits';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

type Refusal = keyof typeof NOT_OURS;

const called = (nonce?: string) => ({ arrival: { path: '/webhook/done', nonce } });
const claimOf = (execution: string, more: object = called()) =>
	new Claim({ request_id: 'request', callback_data: {}, ...more }, execution);

/** What a claim decides where these stood in the memory before; `follows` where another run was at it. */
function decided(claim: Claim, ...known: string[]): [Refusal | undefined, boolean] {
	claim.decide(new Set(known));
	const why = Object.entries(NOT_OURS).find(([, answer]) => answer === claim.refusal);
	return [why?.[0] as Refusal | undefined, claim.follows];
}

const by = (execution: string) => `request by ${execution}`;
const open = 'request open';
const alive = () => claimOf('1').alive();

it.each<[string, string[], Refusal | undefined, boolean]>([
	['nothing', [], undefined, false],
	['that it is delivered', ['request', by('1')], 'delivered', true],
	[
		'that it is open, and a run lives',
		['request', by('1'), open, 'request open with '],
		'underWay',
		true,
	],
	['its own name', ['request', by('2')], undefined, false],
])('knows %s', (_, known, refusal, follows) => {
	expect(decided(claimOf('2'), ...known, alive())).toEqual([refusal, follows]);
});

it('a run that has died is followed, and its signs of life go out of date', () => {
	const first = claimOf('1');
	const known = first.texts();
	expect(decided(claimOf('2'), ...known)).toEqual(['underWay', true]);
	jest.advanceTimersByTime(CLAIM.lease);
	expect(decided(claimOf('2'), ...known)).toEqual(['underWay', true]);
	jest.advanceTimersByTime(CLAIM.lease);
	expect(decided(claimOf('2'), ...known)).toEqual([undefined, true]);
});

it('is open for who comes as its run came, and for a look into the history', () => {
	const dead = ['request', by('1'), open];
	const withData = [...dead, 'request open with a'];
	const byLook = [...dead, 'request open by a look'];
	expect(decided(claimOf('2', called('a')), ...withData)).toEqual([undefined, true]);
	expect(decided(claimOf('2', called('b')), ...withData)).toEqual(['delivered', true]);
	expect(decided(claimOf('2', {}), ...withData)).toEqual([undefined, true]);
	expect(decided(claimOf('2', called('b')), ...byLook)).toEqual([undefined, true]);
	expect(decided(claimOf('2', called()), ...dead, 'request open with ')).toEqual([undefined, true]);
	expect(decided(claimOf('2', {}), 'request', by('1'))).toEqual(['delivered', true]);
});

it('data that has come in with another request is refused', () => {
	const other = new Claim({ ...called('a'), request_id: 'other', callback_data: {} }, '1');
	const [, , data = ''] = other.texts();
	expect(decided(claimOf('2', called('a')), data)).toEqual(['othersData', false]);
	expect(decided(claimOf('2', called('b')), data)).toEqual([undefined, false]);
	const again = ['request', by('1'), open, 'request open with a', data];
	expect(decided(claimOf('2', called('a')), ...again)).toEqual([undefined, true]);
});

it('asks for what a look has left open only where that decides', () => {
	const isUnclear = (...known: string[]) => claimOf('2', called('a')).isUnclear(new Set(known));
	expect(isUnclear(open)).toBe(true);
	expect(isUnclear(open, 'request open with b')).toBe(true);
	expect(isUnclear()).toBe(false);
	expect(isUnclear(open, by('2'))).toBe(false);
	expect(isUnclear(open, 'request open with a')).toBe(false);
});

it('takes away each sign of life that it has entered, and all that says that it is open', () => {
	const claim = claimOf('1', called('a'));
	const entered = new Set(claim.texts());
	for (let lease = 0; lease < 4; lease++) {
		jest.advanceTimersByTime(CLAIM.lease);
		entered.add(claim.alive());
	}
	for (const sign of [...claim.signs(), ...claim.openTexts]) entered.delete(sign);
	expect([...entered]).toEqual(['request', by('1'), 'data a']);
	expect(claim.openTexts).toContain('request open by a look');
});
