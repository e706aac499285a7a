import type { Bench } from '../bench';
import type { Receiver } from '../callbacks';

/** A hostile or broken callback: what is sent, the status that comes back, the runs that it starts. */
export interface Row {
	what: string;
	/** @param id a request of the account that is finished and not yet delivered */
	send: (id: string) => Promise<{ status: number }>;
	status: number;
	runs?: number;
}

/** Makes rows for a trigger that is published by the time they are sent. */
export type Rows = (bench: Bench, receiver: () => Receiver) => Row[];

export const OTHER_ACCOUNT = 'other-account-id:other-account-s3cret';
