export type Outcome<T> = { value: T } | { error: unknown };

/** Runs something that may fail and gives its outcome as a value, for the places that decide what a failure means. */
export async function attempt<T>(run: () => Promise<T>): Promise<Outcome<T>> {
	try {
		return { value: await run() };
	} catch (error) {
		return { error };
	}
}
