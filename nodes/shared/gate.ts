import pLimit from 'p-limit';

/** Lets a bounded number of tasks run at once; the others wait their turn. */
export type Gate = <T>(task: () => Promise<T>) => Promise<T>;

export const gate = (width: number): Gate => pLimit(width);
