import { useAddresses } from '../../../../support/addresses';

const { refusalOf, sentFor } = useAddresses();
const A = 'https://cdn.example.com/a.png';
const TINY = 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==';

describe('as programs write them', () => {
	const C = 'https://cdn.example.org/c.jpg';
	it.each<[string, string]>([
		['JSON, one object a line', `{"id":1,"src":"${A}"}\r\n{"id":2,"src":"${C}"}\n`],
		['JSON, one text a line', `"${A}"\n"${C}"`],
		['JSON as a model fences it', `\`\`\`json\n["${A}", "${C}"]\n\`\`\``],
		['a list of PHP', `{"0":"${A}","1":"${C}"}`],
		['formulas of a sheet', `=IMAGE("${A}")\n=BILD("${C}";4;50;50)`],
		['links of a sheet', `=HYPERLINK("${A}";"Front"),=HYPERLINK("${C}","Back")`],
		['CSS', `url(${A}), url('${C}')`],
		['BBCode', `[img]${A}[/img] [IMG=300x200]${C}[/IMG]`],
		['BBCode in a link', `[url=https://example.com/p][img]${A}[/img][/url]\n[url]${C}[/url]`],
		['an export of WooCommerce', `${A} ! alt : A mug ! title : Mug | ${C} ! alt :  ! desc : `],
		['names with brackets', `Photo (1).png (${A}),b, 2.jpg (${C})`],
		['HTML as text', `&lt;img src=&quot;${A}&quot;&gt;&lt;img src='${C}'&gt;`],
		['HTML without quotes', `<img src=${A}><img alt=b src=${C} width=30>`],
		[
			'HTML with links around',
			`<a href="https://example.com/p"><img src="${A}"></a><img src="${C}">`,
		],
		['images that a script loads', `<img data-src="${A}" src="${TINY}"><img data-lazy-src="${C}">`],
		['a feed', `<enclosure url="${A}" type="image/png"/><media:content url="${C}"/>`],
		[
			'Markdown in an answer',
			`Here is a mug: ![A mug](${A}) and [a shop](https://example.com) ![](${C})`,
		],
		['Markdown with notes', `![A mug][1]\n\n[1]: ${A}\n\n![[${C}]]`],
		[
			'HTML of a page',
			`<p>Hello, see <a href="https://example.com/p">this</a></p><img src="${A}"><p>and</p><img src="${C}">`,
		],
	])('%s', async (_name, text) => {
		expect(await sentFor(text, [A, C])).toEqual([A, C]);
	});

	it.each(['~', '^', '#', '::', ':::', '*', '&', '+', ' - ', ' > ', ' → ', '。', '§'])(
		'%j between two files',
		async (between) => {
			expect(await sentFor(`${A}${between}${C}`, [A, C])).toEqual([A, C]);
		},
	);

	it.each(['&nbsp;', '&#10;', '\n→ ', '\n◦ ', '\n👉 ', ']]><![CDATA['])(
		'%j between two',
		async (between) => {
			expect(await sentFor(`${A}${between}${C}`, [A, C])).toEqual([A, C]);
		},
	);

	it.each([
		...[`<g:image_link>${A}</g:image_link>`, `<![CDATA[${A}]]>`, `👉 ${A}`, `″${A}″`],
		...[`${A}…`, `${A}...`, `, ${A}`],
	])('%s: one', async (text) => {
		expect(await sentFor(text, [A])).toEqual([A]);
	});

	it('signs that Markdown has put a backslash before', async () => {
		const one = 'https://cdn.example.com/a_b_(1).png';
		expect(await sentFor(one.replace(/[_()]/g, '\\$&'), [one])).toEqual([one]);
	});

	it.each(['https://example.com/a-very-lo…', 'https://example.com/a-very-lo...'])(
		'%s is cut off, and refused',
		async (text) => {
			expect((await refusalOf(text)).message).toMatch(/is cut off: https:.*lo…$/);
		},
	);

	it('a list of Python in which one is missing is refused', async () => {
		expect((await refusalOf(`['${A}', None]`)).message).toMatch(/quotation mark or bracket/);
	});

	it.each([`http://${A}`, `@${A}`, A.replace('.com/', '.com\\')])('%s', async (text) => {
		expect(await sentFor(text, [A])).toEqual([A]);
	});

	it.each([
		...[`${A}|front view`, `[url=${A}]Photo[/url]`, `{'url': '${A}'}`, `![](${A}) ![](b.png)`],
		...['www.example.com/a.png', 'https:/example.com/a.png', 's3://bucket/a.png', '![](mug.png)'],
	])('%s is refused before the order', async (text) => {
		expect((await refusalOf(text)).message).toMatch(/not the address of an image: the text "/);
	});

	it.each([
		`https://images.example.com/filters:watermark(https://example.com/l.png,1)/a.png`,
		`https://images.example.com/?url=${A}&default=${C}`,
		`https://images.example.com/plain/${A}`,
	])('%s stays one address', async (one) => {
		expect(await sentFor(one, [one])).toEqual([one]);
	});
});
