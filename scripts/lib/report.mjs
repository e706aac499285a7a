import { duration } from './progress.mjs';

const sum = (results) => duration(results.reduce((total, { ms }) => total + ms, 0));

const lineOf = ({ name, passed, ms, note }) =>
	`${passed ? 'passed' : 'FAILED'}  ${name.padEnd(12)}  ${note ?? duration(ms)}`;

/**
 * Prints the table of a run, what it has left out, and the line that is counted.
 *
 * @param results what ran, each with its ms; one that was not run has a note in words
 * @param before lines about what has passed before, on the same files
 * @param leftOut in words
 * @returns the exit code
 */
export function report({ results, before, leftOut }) {
	const failed = results.filter(({ passed }) => !passed).length;
	const installing = results.filter(({ installs }) => installs);
	console.log('\n── summary\n');
	for (const { name, ms } of before)
		console.log(`before  ${name.padEnd(12)}  ${duration(ms)}, with the same files`);
	for (const result of results) console.log(lineOf(result));
	const working = sum(results.filter(({ installs }) => !installs));
	console.log(
		`\nin all: ${working}${installing.length > 0 ? `, and ${sum(installing)} to install` : ''}`,
	);
	for (const words of leftOut) console.log(`left out: ${words}`);
	console.log(`\n${results.length - failed} passed, ${failed} failed`);
	return failed === 0 ? 0 : 1;
}
