import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errorOf, outputOf, projectRoot } from '../n8n';
import { until } from '../support/until';
import { useBench } from './support/bench';
import { Receiver } from './support/callbacks';
import { NamedBench } from './support/namedBench';
import { photo, sha256 } from './support/images';
import { chain, edit, manualTrigger, readFiles } from './support/workflow';

const hostsOf = (calls: Array<{ url: string }>) => [
	...new Set(calls.map(({ url }) => new URL(url).origin)),
];

const withFile = (folder: string, parameters: Record<string, unknown> = {}) =>
	chain('By name', [manualTrigger, readFiles(folder), edit(parameters)]);

describe("fal's own hosts, over TLS and a company's proxy", () => {
	const bench = useBench({}, new NamedBench()) as NamedBench;

	it('Edit Image uploads, orders, waits, and brings the image home', async () => {
		const image = await photo('plain.png');
		const folder = bench.putFiles('named', { 'mug.png': image });
		const execution = await bench.run(withFile(`${folder}/mug.png`));
		expect(execution.status).toBe('success');
		const [item] = outputOf(execution, 'Edit');
		const file = item?.binary?.data && (await bench.n8n.api.downloadBinary(item.binary.data));
		expect(file && sha256(file)).toBe(sha256(await bench.atFal(item?.json.url)));
		// fal itself says neither.
		expect(item?.json).toMatchObject({
			width: expect.any(Number),
			height: expect.any(Number),
			file_size: file?.length,
			cost: 0.15,
		});
		const [job] = bench.fal.jobs;
		expect(job && bench.received(job)).toEqual([sha256(image)]);
		expect(hostsOf(bench.fal.records).sort()).toEqual([
			'https://api.fal.ai',
			'https://queue.fal.run',
			'https://rest.fal.ai',
			'https://v3b.fal.media',
		]);
		expect(bench.fal.records.some(({ viaProxy }) => viaProxy)).toBe(false);
	});

	it('everything goes through the proxy', () =>
		expect(new Set(bench.proxy.asked)).toEqual(
			new Set(
				['api.fal.ai', 'queue.fal.run', 'rest.fal.ai', 'v3b.fal.media'].map(
					(host) => `${host}:443`,
				),
			),
		));

	const test = async (data: object) =>
		await bench.n8n.api.testCredential(bench.credential('falApi'), { ...bench.falData, ...data });

	it('the credential is tested with a good key', async () => {
		expect(await test({})).toMatchObject({ status: 'OK' });
		expect(hostsOf(bench.fal.records)).toEqual(['https://api.fal.ai']);
	});

	it('the credential is tested with a key that fal does not know', async () => {
		const { status, message } = await test({ apiKey: 'some-key:not-known-secret' });
		expect(status).toBe('Error');
		expect(message).toContain('fal does not recognize this API key');
	});

	it('an equal order of before is found in the history', async () => {
		const folder = bench.putFiles('reused', { 'mug.png': await photo('plain.png') });
		const workflow = withFile(`${folder}/mug.png`, { options: { reuseResults: 7 } });
		await bench.run(workflow);
		const again = await bench.run(workflow);
		expect(outputOf(again, 'Edit')[0]?.json).toMatchObject({ reused: true, cost: 0 });
		expect(bench.fal.jobs).toHaveLength(1);
	});

	it("fal Trigger believes a callback by the keys of fal's own address", async () => {
		const receiver = await Receiver.publish(bench);
		const folder = bench.putFiles('called', { 'mug.png': await photo('plain.png') });
		const values = [{ name: 'row', value: '7' }];
		const ordered = await bench.run(
			withFile(`${folder}/mug.png`, {
				operation: 'submit',
				webhookUrl: receiver.url,
				callbackData: { values },
			}),
		);
		expect(ordered.status).toBe('success');
		await until(async () => (await receiver.runs()).length > 0, { every: 100 });
		const [run] = await receiver.runs();
		const [item] = run ? outputOf(run, 'Finished') : [];
		expect(item?.json.callback_data).toEqual({ row: '7' });
		const file = item?.binary?.data && (await bench.n8n.api.downloadBinary(item.binary.data));
		expect(file && sha256(file)).toBe(sha256(await bench.atFal(item?.json.url)));
		expect(bench.fal.records.filter(({ stage }) => stage === 'jwks').map(({ url }) => url)).toEqual(
			['https://rest.fal.ai/.well-known/jwks.json'],
		);
	});
});

describe("with n8n's protection of the inner network", () => {
	const names = pathToFileURL(join(projectRoot, 'test/e2e/support/nameService.mjs'));
	const bench = useBench(
		{ env: { N8N_SSRF_PROTECTION_ENABLED: 'true', NODE_OPTIONS: `--import ${names.href}` } },
		new NamedBench(),
	);

	it('an edit works as without it', async () => {
		const folder = bench.putFiles('protected', { 'mug.png': await photo('plain.png') });
		const execution = await bench.run(withFile(`${folder}/mug.png`));
		expect(execution.status).toBe('success');
		const [item] = outputOf(execution, 'Edit');
		const file = item?.binary?.data && (await bench.n8n.api.downloadBinary(item.binary.data));
		expect(file && sha256(file)).toBe(sha256(await bench.atFal(item?.json.url)));
	});

	it('a proxy for fal that stands inside is refused in words, before anything is ordered', async () => {
		await bench.addCredential('inside', 'falApi', {
			...bench.falData,
			proxyUrl: 'http://10.0.0.7/proxy',
		});
		const folder = bench.putFiles('inside', { 'mug.png': await photo('plain.png') });
		const execution = await bench.run(withFile(`${folder}/mug.png`));
		expect(execution.status).toBe('error');
		expect(errorOf(execution)).toMatchObject({
			message: 'n8n does not allow calls to this address while starting the upload of an image',
			description: expect.stringContaining('N8N_SSRF_PROTECTION_ENABLED'),
		});
		expect(bench.fal.jobs).toEqual([]);
	});
});
