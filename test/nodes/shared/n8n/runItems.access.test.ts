import { hintNoAccess } from '../../../../nodes/shared/n8n/runItems';
import { PUBLIC_URL, useEditBench } from '../../../support/edit';
import { makeImage } from '../../../support/images';

const bench = useEditBench({ proxyAllows: ['api.fal.ai/'] });
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

it.each<[string, string, RegExp]>([
	[
		'fal refuses the key',
		'403-error',
		/^This credential \(its 'Proxy URL' or its API key\) has no access/,
	],
	['a filter gives its page', '403-html', /^A firewall, proxy or filter blocks fal's/],
])('where %s in place of the price list, one hint says so', async (_, kind, words) => {
	bench.take({ stage: 'pricing', kind });
	const { hints, outputs } = await bench.edit();
	expect(outputs[0]).toHaveLength(1);
	expect(hints.filter((hint) => hint.includes("fal's price list"))).toEqual([
		expect.stringMatching(words) as string,
	]);
});

it('an n8n that knows no hints is given none', () => {
	const connection = { refused: new Map([['history', 'fal']]) };
	expect(() => hintNoAccess({ ctx: {}, connection } as never)).not.toThrow();
});
