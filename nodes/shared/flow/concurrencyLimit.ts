import pLimit from 'p-limit';

/** Runs a bounded number of tasks at once; the others wait their turn. */
export type ConcurrencyLimit = <T>(task: () => Promise<T>) => Promise<T>;

export const concurrencyLimit = (atOnce: number): ConcurrencyLimit => pLimit(atOnce);
