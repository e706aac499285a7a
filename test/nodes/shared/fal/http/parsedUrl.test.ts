import { readFile } from 'node:fs/promises';
import fastGlob from 'fast-glob';
import { parsedUrl } from '../../../../../nodes/shared/fal/http/addresses';

it('gives the parts of an address, and nothing of what is none', () => {
	expect(parsedUrl('https://example.com/a?b#c')?.pathname).toBe('/a');
	expect(parsedUrl('/b', 'https://bücher.example/a')?.href).toBe('https://xn--bcher-kva.example/b');
	for (const none of ['', 'example.com', '//example.com', 'https://', 'https://a b/'])
		expect(parsedUrl(none)).toBeUndefined();
});

// Node 20's own goes wrong only once it was called some thousand times, and not in jest's sandbox.
it("is what the nodes judge an address with, in place of Node's own", async () => {
	const files = await fastGlob(['nodes/**/*.ts', 'credentials/**/*.ts']);
	const sources = await Promise.all(files.map(async (file) => await readFile(file, 'utf8')));
	expect(files.filter((_, at) => sources[at]!.includes('URL.canParse('))).toEqual([]);
	expect(files.length).toBeGreaterThan(100);
});
