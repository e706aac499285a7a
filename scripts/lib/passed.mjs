import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, readJson, toolsFolder } from './paths.mjs';

const file = join(toolsFolder, 'passed.json');
const index = join(toolsFolder, 'passed.index');

/** What names the state of all files that git knows or would take, committed or not; nothing outside of git. */
function stateOfFiles() {
	rmSync(index, { force: true });
	const options = {
		cwd: projectRoot,
		encoding: 'utf8',
		env: { ...process.env, GIT_INDEX_FILE: index },
	};
	const added = spawnSync('git', ['add', '--all'], options);
	const { status, stdout } = spawnSync('git', ['write-tree'], options);
	rmSync(index, { force: true });
	return added.status === 0 && status === 0 ? stdout.trim() : undefined;
}

/** The steps that have passed with the files as they are, each with its time in ms. */
export class Passed {
	constructor() {
		mkdirSync(toolsFolder, { recursive: true });
		this.state = stateOfFiles();
		const before = existsSync(file) ? readJson(file) : {};
		this.steps = this.state !== undefined && before.state === this.state ? before.steps : {};
	}

	/** ms that the step took, or undefined where it has not passed */
	timeOf(name) {
		return this.steps[name];
	}

	add(name, ms) {
		this.steps[name] = ms;
		if (this.state === undefined) return;
		writeFileSync(file, JSON.stringify({ state: this.state, steps: this.steps }, null, '\t'));
	}
}
