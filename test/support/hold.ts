/** What goes on only when a test lets it: `until` is for a rule of the emulator. */
export interface Hold {
	until: () => Promise<void>;
	release: () => void;
}

export function hold(): Hold {
	let release = () => {};
	const released = new Promise<void>((resolve) => (release = resolve));
	return { until: async () => await released, release };
}
