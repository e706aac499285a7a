/** What breaks for a user where fal is not as we take it to be. */
export const PROMISES = {
	image: 'Any image in, whole images out',
	once: 'Money: an edit is paid once',
	lost: 'Money: no paid edit is lost',
	cost: 'Money: the cost that is shown is what fal charges',
	cap: 'Money: no run costs more than it may',
	stop: 'Money: a stop ends the costs',
	ends: 'A wait ends',
	words: 'What happened is said in plain words',
	key: 'The key goes to fal and to nothing else',
	callback: 'A callback counts only when fal has signed it',
} as const;

export type PromiseName = keyof typeof PROMISES;
