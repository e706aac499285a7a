import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { aptInstall, isDebianRoot } from './apt.mjs';
import { projectRoot } from './paths.mjs';
import { Problem, runMain } from './problem.mjs';
import { withProgress } from './progress.mjs';
import { runLogged } from './run.mjs';

const programFiles = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)']].filter(Boolean);

const usualPlaces = {
	darwin: [
		'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
		'/Applications/Chromium.app/Contents/MacOS/Chromium',
		'/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
	],
	win32: programFiles.flatMap((folder) => [
		join(folder, 'Google/Chrome/Application/chrome.exe'),
		join(folder, 'Microsoft/Edge/Application/msedge.exe'),
	]),
};

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const onPath = () =>
	(process.env.PATH ?? '').split(':').flatMap((folder) => names.map((name) => join(folder, name)));

/** The browser that playwright-core fetches for itself, once it has. */
function fetchedByPlaywright() {
	const { chromium } = createRequire(import.meta.url)('playwright-core');
	return chromium.executablePath();
}

function findBrowser() {
	const places =
		usualPlaces[process.platform] ??
		['/usr/bin', '/snap/bin'].flatMap((folder) => names.map((name) => join(folder, name)));
	return [...places, ...onPath(), fetchedByPlaywright()].find((path) => path && existsSync(path));
}

function chosenBrowser() {
	const path = process.env.CHROMIUM_PATH;
	if (!path || existsSync(path)) return path;
	throw new Problem(`CHROMIUM_PATH names ${path}, and there is no such file.`);
}

const packages = ['chromium', 'fonts-dejavu-core'];

const cli = join(projectRoot, 'node_modules/playwright-core/cli.js');

const ways = {
	apt: async () => await aptInstall('browser-apt', packages),
	playwright: async () =>
		await runLogged('browser-playwright', process.execPath, [cli, 'install', 'chromium'], {
			cwd: projectRoot,
			env: process.env,
		}),
};

const advice = `The tests in a browser need Chromium, and it could not be installed. Either
  install it (Debian, Ubuntu: sudo apt-get install chromium; macOS: brew install --cask chromium),
  or name the one you have: CHROMIUM_PATH=/path/to/chrome
The logs: .tools/logs/browser-*.log`;

/** Gives the path of a Chromium; installs one where there is none. */
export async function ensureBrowser() {
	const there = chosenBrowser() ?? findBrowser();
	if (there) return there;
	for (const way of isDebianRoot() ? ['apt', 'playwright'] : ['playwright']) {
		await withProgress(`Installing Chromium for the tests in a browser (by ${way})`, ways[way]);
		const installed = findBrowser();
		if (installed) return installed;
	}
	throw new Problem(advice);
}

// `spawnSync` and not a look at the file: a path can lead to a browser that lacks a library.
function checkRuns(path) {
	const { status, stdout, stderr } = spawnSync(path, ['--version'], { encoding: 'utf8' });
	if (status === 0) return stdout.trim();
	throw new Problem(`${path} does not start:\n${stderr}\n${advice}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
	await runMain(async () => {
		const path = await ensureBrowser();
		console.log(`${checkRuns(path)}\n${path}`);
	});
}
