/**
 * Imports go down only: a folder may import itself and what stands below it in this list.
 * docs/architecture.md draws it.
 */
const levels = [
	'^nodes/NanoBananaProEdit/NanoBananaProEdit\\.node\\.ts$',
	'^nodes/NanoBananaProEdit/operations/',
	'^nodes/NanoBananaProEdit/edits/',
	'^nodes/NanoBananaProEdit/parameters/',
	'^nodes/(FalTrigger|FalPollTrigger)/[^/]+\\.node\\.ts$',
	'^nodes/FalTrigger/(webhook|run|looks)\\.ts$',
	'^nodes/FalTrigger/(verify|claims?|reply)\\.ts$',
	'^nodes/FalTrigger/trigger\\.ts$',
	'^nodes/FalTrigger/lookout\\.ts$',
	'^nodes/FalTrigger/runSlots\\.ts$',
	'^nodes/FalTrigger/deliveries\\.ts$',
	'^nodes/shared/n8n/',
	'^nodes/shared/requests/',
	'^nodes/shared/images/transfer/',
	'^nodes/shared/images/inspect/',
	'^nodes/shared/fal/webhooks/',
	'^nodes/shared/fal/queue/',
	'^nodes/shared/fal/account/',
	'^nodes/shared/fal/http/',
	'^nodes/shared/fal/[^/]+\\.ts$',
	'^nodes/shared/flow/',
	'^nodes/shared/limits\\.ts$',
];

const forbid = (name, from, to) => ({ name, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
	forbidden: [
		...levels
			.slice(1)
			.map((level, above) =>
				forbid(`upward from ${level}`, { path: level }, { path: levels.slice(0, above + 1) }),
			),
		forbid(
			'edit node to trigger',
			{ path: '^nodes/NanoBananaProEdit/' },
			{ path: '^nodes/Fal(Poll)?Trigger/' },
		),
		forbid(
			'trigger to edit node',
			{ path: '^nodes/Fal(Poll)?Trigger/' },
			{ path: '^nodes/NanoBananaProEdit/' },
		),
		forbid('shared to a node', { path: '^nodes/shared/' }, { path: '^nodes/(?!shared/)' }),
		forbid('nodes to credentials', { path: '^nodes/' }, { path: '^credentials/' }),
		forbid('a file outside of the rooms', { path: '^nodes/', pathNot: levels }, {}),
		forbid('circle', {}, { circular: true }),
		forbid('orphan', { orphan: true, path: '^nodes/', pathNot: '\\.json$' }, {}),
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.json' },
	},
};
