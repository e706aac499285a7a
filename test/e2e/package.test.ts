import { execFileSync } from 'node:child_process';
import { packedProject } from '../n8n';

const MOST_BYTES = 400_000;

const tar = (...args: string[]) =>
	execFileSync('tar', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });

describe('the packed package', () => {
	const manifest = JSON.parse(tar('-xzOf', packedProject(), 'package/package.json')) as Record<
		string,
		unknown
	>;

	it('needs nothing at run time that n8n would have to install', () => {
		expect(manifest.dependencies ?? {}).toEqual({});
		expect(manifest.bundledDependencies ?? manifest.bundleDependencies ?? []).toEqual([]);
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	});

	it('is small', () => {
		const unpacked = Buffer.byteLength(tar('-xzOf', packedProject()));
		expect(unpacked).toBeGreaterThan(0);
		expect(unpacked).toBeLessThan(MOST_BYTES);
	});

	it('holds what package.json names, and neither sources nor tests', () => {
		const files = tar('-tzf', packedProject())
			.trim()
			.split('\n')
			.map((file) => file.replace(/^package\//, ''));
		const { nodes, credentials } = manifest.n8n as { nodes: string[]; credentials: string[] };
		expect(files).toEqual(expect.arrayContaining([...nodes, ...credentials]));
		expect(files.filter((file) => /(^|\/)test\/|\.ts$|\.tgz$/.test(file))).toEqual([]);
	});
});
