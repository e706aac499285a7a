import { delimiter, join } from 'node:path';
import { projectRoot } from './paths.mjs';

// npm hands its own settings down as variables; these would move the installs made here elsewhere.
const notInherited = /^npm_(package_|lifecycle_|config_(local_prefix|prefix|global_prefix)$)/i;

function inherited() {
	return Object.fromEntries(
		Object.entries(process.env).filter(([name]) => !notInherited.test(name)),
	);
}

function withPath(environment, folders) {
	// Windows spells the name in its own way, and a second spelling would be ignored.
	const name = Object.keys(environment).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
	return { ...environment, [name]: [...folders, environment[name]].join(delimiter) };
}

/** For npm, and for what npm compiles: headers of the pinned Node, whatever npm's settings name. */
export function npmEnvironment(node24) {
	if (!node24) return inherited();
	const environment = withPath(inherited(), [node24.binFolder]);
	return { ...environment, npm_config_nodedir: node24.nodedir };
}

/** For the project's own commands. */
export function projectEnvironment(node24) {
	return withPath(inherited(), [node24.binFolder, join(projectRoot, 'node_modules', '.bin')]);
}
