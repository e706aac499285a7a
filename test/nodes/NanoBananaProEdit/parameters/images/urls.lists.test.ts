import { useAddresses } from '../../../../support/addresses';
import { dataUri } from '../../../../support/images';

const { image, refusalOf, sentFor } = useAddresses();
const A = 'https://cdn.example.com/a.png';
const B = 'https://cdn.example.org/w_300,h_200/b.png?size=L;x|y&name=a,b';

describe('what stands between two addresses parts them', () => {
	it.each([
		...[
			'|',
			' | ',
			';',
			'; ',
			';\n',
			',',
			' , ',
			'\t',
			' ; , ',
			'|\r\n',
			'，',
			'、',
			' ',
			'\\n',
			'<br>',
			'||',
		],
	])('%j', async (between) => {
		expect(await sentFor(`${A}${between}${B}`, [A, B])).toEqual([A, B]);
	});

	it.each(['|', ' |', ';', '; ', ',', ', ,', ' ;|', '.', '\u200b'])(
		'%j at the end is nothing',
		async (end) => {
			expect(await sentFor(`${A}|${B}${end}`, [A, B])).toEqual([A, B]);
		},
	);

	it.each([
		'https://res.cloudinary.com/demo/image/upload/w_300,h_300;x|y/a.png',
		'https://res.cloudinary.com/demo/image/fetch/w_300,h_300/https://example.com/a.png',
		'https://example.com/a.png;width=300,height=200?c=1;2|3,4',
		'https://example.com/a_(1).png',
		"https://example.com/it's.png",
		'https://example.com/[1].png',
		'https://example.com/a.png-b.jpg',
		'https://quickchart.io/chart?c={type:[1],data:(2)}',
	])('%s stays one address', async (one) => {
		expect(await sentFor(one, [one])).toEqual([one]);
	});

	it('data URIs and addresses, parted by a bar', async () => {
		const uri = dataUri(image());
		expect(await sentFor(`${uri}|${A};${uri}`, [A])).toEqual([uri, A, uri]);
	});

	it('a list of addresses without a scheme', async () => {
		const both = [A, 'https://cdn.example.org/c.jpg'];
		const text = both.map((one) => one.slice('https:'.length)).join(',');
		expect(await sentFor(text, both)).toEqual(both);
	});

	it('what is no address is refused where it stands in a list', async () => {
		const texts = [`${A}, b.png`, `${A} | b.png`, `Front: ${A}`, `${A}\nb.png`, `${A} and ${B}`];
		for (const text of [...texts, `${A} 1x, ${B} 2x`, `${A} front view`])
			expect((await refusalOf(text)).message).toMatch(/not the address of an image: the text "/);
	});
});

describe('marks around an address are taken off', () => {
	it.each([
		...[`"${A}"`, `'${A}'`, `${A}"`, `“${A}”`, `„${A}“`, `«${A}»`, `\`${A}\``, `"${A}",`],
		...[`<${A}>`, `(${A})`, `[${A}]`, `**${A}**`, `${A}.`, `- ${A}`, `* ${A}`, `1. ${A}`],
		...[`![a photo](${A})`, `[photo](${A} "of a mug")`, `[![small](${A})](https://example.com/p)`],
		...[`<img src="${A}" alt="">`, `<p><img class='x' src='${A}'/></p>`, `<${A}|a.png>`],
		...[`<a href="${A}">the photo</a>`, `front view.png (${A})`, `\ufeff${A}\u200b`],
		...[`${A}&quot;`, `\\"${A}\\"`, `> ${A}`, `《${A}》`, A.replaceAll('/', '\\/')],
		...['//cdn.example.com/a.png', `"${A.replaceAll('/', '\\/')}"`],
	])('%s', async (text) => {
		expect(await sentFor(text, [A])).toEqual([A]);
	});

	it.each([
		...[`"${A}", "${B}"`, `'${A}';'${B}'`, `(${A}), (${B})`, `${A}" | "${B}`],
		...[`1. ${A}\n2) ${B}`, `- ${A}\n- ${B}`, `![](${A})\n\n![](${B})`, `![](${A}) ![x](${B})`],
		...[`a.png (${A}),b 2.png (${B})`, `<img src="${A}"><img src="${B.replace('&', '&amp;')}">`],
		`['${A}', '${B}']`,
	])('%s: two', async (text) => {
		expect(await sentFor(text, [A, B])).toEqual([A, B]);
	});

	it.each<[string, (uri: string) => string]>([
		['in quotes, its base64 in lines', (uri) => `"${uri.replace(/.{76}/g, '$&\n')}"`],
		['in Markdown', (uri) => `![made](${uri})`],
		['in HTML', (uri) => `<img src="${uri}">`],
	])('a data URI %s', async (_name, written) => {
		const uri = dataUri(image());
		expect(await sentFor(written(uri), [])).toEqual([uri]);
	});

	it('two in angle brackets', async () => {
		const other = 'https://cdn.example.org/b.png';
		expect(await sentFor(`<${A}> <${other}>`, [A, other])).toEqual([A, other]);
	});

	it.each([`${A}" alt="x`, `${A}" width=30`, 'https://example.com/a".png', `${A}<br`])(
		'%s is refused',
		async (text) => {
			const error = await refusalOf(text);
			expect(error.message).toMatch(/quotation mark or bracket/);
			expect(error.description).toMatch(/%22/);
		},
	);

	it('quotation marks inside a query belong to it', async () => {
		const sent = 'https://quickchart.io/chart?c={%22type%22:%22bar%22}';
		expect(await sentFor('https://quickchart.io/chart?c={"type":"bar"}', [sent])).toEqual([sent]);
	});
});
