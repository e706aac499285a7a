/** Why the histories cannot tell each of these changed rows from the right one; the test of the table does. */
const GROUPS: Array<[reason: string, rows: string[]]> = [
	[
		'The names of later tries are other ones, and nothing is asked of them but that they differ.',
		[
			'new lost: one more attempt',
			'new found: one more attempt',
			'submitting sent: one more attempt',
			'submitting taken: one more attempt',
			'submitting lost: one more attempt',
			'unconfirmed found: one more attempt',
			'submitted cancelAsked: one more attempt',
			'submitted failedForFree: one more attempt',
			'submitted finished: one more attempt',
			'cancelling cancelAsked: one more attempt',
			'cancelling inProgress: one more attempt',
			'cancelling cancelled: one more attempt',
			'cancelling failedForFree: one more attempt',
			'cancelling finished: one more attempt',
			'cancelling delivered: one more attempt',
			'submitted delivered: one more attempt',
		],
	],
	[
		'What fal has, or has not taken, is looked for once more: at worst it is told of as in doubt, and never sent.',
		[
			'submitting taken: unconfirmed',
			'submitting refused: submitting',
			'submitting refused: unconfirmed',
			'submitted failedForFree: submitting',
			'submitted failedForFree: unconfirmed',
			'submitted finished: submitting',
			'submitted finished: unconfirmed',
			'submitted delivered: submitting',
			'submitted delivered: unconfirmed',
			'cancelling cancelAsked: submitting',
			'cancelling cancelAsked: unconfirmed',
			'cancelling cancelled: unconfirmed',
			'cancelling failedForFree: submitting',
			'cancelling failedForFree: unconfirmed',
			'cancelling finished: submitting',
			'cancelling finished: unconfirmed',
			'cancelling delivered: submitting',
			'cancelling delivered: unconfirmed',
		],
	],
	[
		'fal drops only what it was asked to drop, so the two states come to the same.',
		['new found: cancelling', 'submitting taken: cancelling', 'unconfirmed found: cancelling'],
	],
	[
		'The look at the journal that has found the next try gives this one up once more.',
		['new failedForFree: submitted', 'new failedForFree: cancelling'],
	],
	[
		'What was dropped for free is not made anew: no money, and nothing lost that was paid.',
		[
			'submitted cancelAsked: submitted',
			'submitted failedForFree: cancelling',
			'cancelling cancelAsked: submitted',
			'cancelling cancelled: submitted',
			'cancelling cancelled: cancelling',
			'cancelling failedForFree: submitted',
		],
	],
	[
		'Two retries at once that each hold the same images: the histories have not come to it yet.',
		[
			...['new', 'submitting', 'unconfirmed', 'submitted', 'cancelling', 'finished', 'no row'],
			'one more attempt',
		].map((end) => `delivered delivered: ${end}`),
	],
];

export const SAME_IN_HISTORIES: Record<string, string> = Object.fromEntries(
	GROUPS.flatMap(([reason, rows]) => rows.map((row) => [row, reason])),
);
