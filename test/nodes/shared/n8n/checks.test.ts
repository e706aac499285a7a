import {
	atLeast,
	flag,
	group,
	integer,
	nameOf,
	oneOf,
	optionalText,
	text,
	webAddress,
	type Check,
} from '../../../../nodes/shared/n8n/checks';
import { InputError } from '../../../../nodes/shared/n8n/inputError';

const LABEL = 'My Field';
const sizes = oneOf(['S', 'M', '4']);

it.each<[string, Check<unknown>, unknown, unknown]>([
	['text', text(3, 9), 'abc', 'abc'],
	['text with space around', text(3, 9), ' abc ', ' abc '],
	['text from a number', text(3, 9), 2024, '2024'],
	['text of the greatest length', text(3, 9), 'a'.repeat(9), 'a'.repeat(9)],
	['optional text', optionalText, 'x', 'x'],
	['optional text from nothing', optionalText, null, ''],
	['optional text from a number', optionalText, 0, '0'],
	['an integer', integer(1, 4), 4, 4],
	['an integer from text', integer(1, 4), ' 3 ', 3],
	['an integer as a sheet writes one', integer(1, 4), '2.0', 2],
	['an integer from a signed text', integer(), '-12', -12],
	['an integer without bounds', integer(), Number.MIN_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
	['a number', atLeast(0), 0.5, 0.5],
	['a number from text', atLeast(0), '1.5', 1.5],
	['a choice', sizes, 'M', 'M'],
	['a choice with space around', sizes, ' M\n', 'M'],
	['a choice from a number', sizes, 4, '4'],
	['true', flag, true, true],
	['false from text', flag, 'false', false],
	['true from text in other letters', flag, ' True ', true],
	['a group', group, { a: 1 }, { a: 1 }],
	['a group from nothing', group, undefined, {}],
	['an address', webAddress, ' https://example.com/a ', 'https://example.com/a'],
])('takes %s', (_name, check, given, wanted) => {
	expect(check(given, LABEL)).toEqual(wanted);
});

const ODD: unknown[] = [
	null,
	undefined,
	'',
	' ',
	NaN,
	Infinity,
	[],
	{},
	[1],
	{ a: 1 },
	true,
	() => 1,
	Symbol('s'),
	10n,
];
const CHECKS: Array<[string, Check<unknown>, unknown[]]> = [
	['text', text(3, 9), [...ODD, 'ab', ' ab ', 'a'.repeat(10)]],
	['optional text', optionalText, [[], {}, true, () => 1, Symbol('s'), 10n]],
	[
		'an integer from 1 to 4',
		integer(1, 4),
		[...ODD, 0, 5, 1.5, '1.5', 'one', '1.5e0', '0x1', '99999999999999999999'],
	],
	['a number from 0 up', atLeast(0), [...ODD, -0.1, 'one', '0x10', '5,00', '1e999']],
	['a choice', sizes, [...ODD, 's', 'SM', 'S,M', 'constructor']],
	['true or false', flag, [...ODD.filter((value) => value !== true), 0, 1, 'yes', 'on', 'False!']],
	['a group', group, ['', ' ', 'x', NaN, [], [1], true, 5]],
	[
		'an address',
		webAddress,
		[
			...ODD,
			'example.com',
			'/path',
			'ftp://example.com',
			'javascript:alert(1)',
			'https://',
			'file:///etc/x',
		],
	],
];

describe.each(CHECKS)('%s', (_name, check, wrong) => {
	it.each(wrong.map((value) => [nameOf(value), value]))(
		'refuses %s, and names the parameter',
		(_shown, value) => {
			let refusal: unknown;
			try {
				check(value, LABEL);
			} catch (error) {
				refusal = error;
			}
			expect(refusal).toBeInstanceOf(InputError);
			const { message, description } = refusal as InputError;
			expect(message).toContain(`'${LABEL}'`);
			expect(description).toContain(`'${LABEL}'`);
			expect(message).not.toMatch(/undefined|null|\[object/);
		},
	);
});

it.each<[unknown, string]>([
	[undefined, 'empty'],
	[null, 'empty'],
	['', 'empty'],
	['  ', 'empty'],
	['abc', 'the text "abc"'],
	[5, 'the number 5'],
	[NaN, 'the number NaN'],
	[true, 'true'],
	[[1, 2], 'a list of 2 values'],
	[[1], 'a list of 1 value'],
	[{ a: 1 }, 'an object'],
])('calls %j by a name a person knows: %s', (value, name) => {
	expect(nameOf(value)).toBe(name);
});

it('shows only the beginning of a long value', () => {
	expect(nameOf('x'.repeat(1_000_000)).length).toBeLessThan(80);
});
