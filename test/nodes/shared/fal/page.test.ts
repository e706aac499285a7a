import { firstWords, isPage } from '../../../../nodes/shared/fal/page';

it.each([
	'<!DOCTYPE html><html></html>',
	'<html lang="en">',
	'\ufeff\n <HTML>',
	'<!-- made by a filter --><html>',
	'<head><title>x</title></head>',
	'<h1>403 Forbidden</h1>',
])('is a page: %j', (text) => {
	expect(isPage(text)).toBe(true);
});

it.each([
	'',
	'Forbidden',
	'{"detail":"<html>"}',
	'<?xml version="1.0"?><Error/>',
	'<Error>',
	7,
	null,
])('is no page: %j', (text) => {
	expect(isPage(text)).toBe(false);
});

it.each<[string, unknown, string]>([
	['its title', '<html><title>\n Access  denied </title><body>no</body>', 'Access denied'],
	[
		'its title, with signs',
		'<title>Tom &amp; Co &#8211; &lt;blocked&gt;</title>',
		'Tom & Co – <blocked>',
	],
	[
		'its first words, where it has none',
		'<html><head><style>a{}</style></head><body><script>x()</script><h1>Blocked</h1><p>by policy',
		'Blocked by policy',
	],
	['its first words, where the title is empty', '<title> </title><p>Sign in', 'Sign in'],
	['a plain text', 'upstream connect error\n', 'upstream connect error'],
	['nothing', '', ''],
	['nothing, where it came packed', '\u001f\ufffd\u0008\u0000', ''],
	['a page without words', '<html><img src="a.png"></html>', ''],
	['what is no text', { detail: 'x' }, ''],
	[
		'a number of a sign that is none',
		'<title>a &#999999999; &#x; &nosuch; b</title>',
		'a &#999999999; &#x; &nosuch; b',
	],
])('a page says %s', (_, body, words) => {
	expect(firstWords(body)).toBe(words);
});

it('of a long page some words are enough', () => {
	const words = firstWords(`<html>${'word '.repeat(100_000)}`);
	expect(words).toMatch(/^word word.*…$/);
	expect(words.length).toBeLessThanOrEqual(121);
});
