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
		/^The credential, by its 'Proxy URL' or its key, has no access/,
	],
	[
		'a filter gives its page',
		'403-html',
		/^n8n, by a firewall, proxy or filter on the way, has no access/,
	],
])('where %s to the price list, one hint says so', async (_, kind, words) => {
	bench.take({ stage: 'pricing', kind });
	const { hints, outputs } = await bench.edit();
	expect(outputs[0]).toHaveLength(1);
	expect(hints.filter((hint) => hint.includes('no access'))).toEqual([
		expect.stringMatching(words) as string,
	]);
});
