import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shapesOfTypes } from './clientTypes';
import { compare } from './compare';
import { OPEN_API, shapesOfOpenApi } from './openApi';
import { ourShapes } from './ours';

const ENDPOINT = 'fal-ai/nano-banana-pro/edit';

async function differencesFromOpenApi(): Promise<string[]> {
	const response = await fetch(OPEN_API, { signal: AbortSignal.timeout(30_000) });
	if (!response.ok) throw new Error(`HTTP ${response.status}`);
	return compare(ourShapes(), shapesOfOpenApi((await response.json()) as object, ENDPOINT));
}

function newestTypes(): { version: string; text: string } {
	const folder = mkdtempSync(join(tmpdir(), 'nano-banana-client-'));
	try {
		const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
		const printed = execFileSync(
			npm,
			['pack', '@fal-ai/client@latest', '--json', '--pack-destination', folder],
			{ encoding: 'utf8', shell: process.platform === 'win32' },
		);
		const [packed] = JSON.parse(printed) as Array<{ filename: string; version: string }>;
		execFileSync('tar', ['-xzf', packed?.filename ?? ''], { cwd: folder });
		const types = join(folder, 'package/src/types/endpoints.d.ts');
		return { version: packed?.version ?? '', text: readFileSync(types, 'utf8') };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

async function report(source: string, differences: () => Promise<string[]> | string[]) {
	try {
		const found = await differences();
		console.log(found.length === 0 ? `the same   ${source}` : `differs    ${source}`);
		for (const one of found) console.log(`           ${one}`);
		if (found.length > 0) process.exitCode = 1;
	} catch (error) {
		console.log(`not read   ${source}: ${error instanceof Error ? error.message : String(error)}`);
		process.exitCode = 2;
	}
}

async function main(): Promise<void> {
	await report(`fal's OpenAPI of ${ENDPOINT} (${OPEN_API})`, differencesFromOpenApi);
	await report("the newest client's types (@fal-ai/client on npm)", () => {
		const { version, text } = newestTypes();
		console.log(`           @fal-ai/client ${version}`);
		// In fal's schema, and not yet in the types of 1.10.1.
		return compare(ourShapes(), shapesOfTypes(text), ['system_prompt']);
	});
}

void main();
