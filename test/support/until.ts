/** Waits until something holds, for what happens at fal after the node has ended; not for ever, so that a run of tests ends. */
export async function until(holds: () => boolean): Promise<void> {
	const giveUp = Date.now() + 10_000;
	while (!holds()) {
		if (Date.now() > giveUp) throw new Error(`It never came true: ${holds.toString()}`);
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}
