import type { Stage } from '../emulator';

interface Profile {
	/** ms from a byte to its answer; a new connection takes two of them before its first request */
	roundTrip: number;
	/** megabits a second, each way; without it, as fast as this machine */
	megabits?: number;
	/** ms that fal takes for an answer besides */
	answers?: Partial<Record<Stage, number>>;
}

/**
 * What stands between a program and fal. `live`: on live fal the price list came after 0.49 s, of which
 * three round trips of 160 ms are the line; the start of an upload after 0.86 s, an upload after 0.97 s.
 * What a submit takes nobody has recorded: as much as the start of an upload, we take it.
 */
export const lines = {
	loopback: { roundTrip: 0 },
	'80ms': { roundTrip: 80 },
	live: { roundTrip: 160, answers: { initiate: 380, upload: 490, submit: 380 } },
} satisfies Record<string, Profile> as { loopback: Profile; '80ms': Profile; live: Profile };

export type LineName = keyof typeof lines;
