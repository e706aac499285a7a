/** Longer than anything takes on a busy machine, and not for ever, so that a run of tests ends. */
const LONGEST = 60_000;

/** Waits until something holds, for what no event tells of. */
export async function until(
	holds: () => boolean | Promise<boolean>,
	longest = LONGEST,
): Promise<void> {
	const giveUp = Date.now() + longest;
	while (!(await holds())) {
		if (Date.now() > giveUp) throw new Error(`It never came true: ${holds.toString()}`);
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}
