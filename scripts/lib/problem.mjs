/** Something the reader can put right: shown as words, without a stack. */
export class Problem extends Error {}

/** Runs a script's main function; what goes wrong ends it with exit code 1 and a sentence. */
export async function runMain(main) {
	try {
		await main();
	} catch (error) {
		console.error(`\n${error instanceof Problem ? error.message : error.stack}\n`);
		process.exit(1);
	}
}
