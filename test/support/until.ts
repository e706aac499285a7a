export interface Patience {
	/** ms; not for ever, so that a run of tests ends */
	longest?: number;
	/** ms from look to look */
	every?: number;
}

/** Waits until something holds, for what no event tells of, and far longer than it takes on a busy machine. */
export async function until(
	holds: () => boolean | Promise<boolean>,
	{ longest = 60_000, every = 5 }: Patience = {},
): Promise<void> {
	const giveUp = Date.now() + longest;
	while (!(await holds())) {
		if (Date.now() > giveUp) throw new Error(`It never came true: ${holds.toString()}`);
		await new Promise((resolve) => setTimeout(resolve, every));
	}
}
