import type { FaultRule } from '../emulator';
import { outputOf, type Workflow } from '../n8n';
import { useBench } from './support/bench';
import { chain, manualTrigger } from './support/workflow';

describe('the credential', () => {
	const bench = useBench();

	/** What the editor shows after a change of the saved credential. */
	const test = async (data: object) =>
		await bench.n8n.api.testCredential(bench.credential('falApi'), { ...bench.falData, ...data });

	it('is tested with a good key, at no cost', async () => {
		expect(await test({})).toMatchObject({ status: 'OK' });
		expect(bench.fal.jobs).toEqual([]);
		expect(bench.fal.records.length).toBeGreaterThan(0);
	});

	it('is tested with a good key that was pasted with space around it', async () => {
		expect(await test({ apiKey: ` ${bench.fal.key}\n` })).toMatchObject({ status: 'OK' });
	});

	it('is tested with a key that fal does not know', async () => {
		const { status, message } = await test({ apiKey: 'some-key:not-known-secret' });
		expect(status).toBe('Error');
		expect(message).toContain('fal does not recognize this API key');
		expect(message).not.toContain('not-known-secret');
	});

	it.each<[what: string, rule: Omit<FaultRule, 'stage'>, says: RegExp]>([
		['the page of a filter', { kind: 'html' }, /^A web page came back instead of fal's answer/],
		['the page of a firewall', { kind: '403-html' }, /firewall, proxy or filter/],
		[
			'a proxy that wants a log-in',
			{ kind: '407-html' },
			/^A proxy between n8n and fal requires a log-in/,
		],
		[
			'a redirect to a log-in, which is not followed with the key',
			{ kind: 'status', status: 302, headers: { location: 'http://localhost:9/' } },
			/^Something between n8n and fal redirects the call/,
		],
	])('is told apart from %s', async (_what, rule, says) => {
		bench.fal.faults.add({ stage: 'initiate', ...rule });
		const { status, message } = await test({});
		expect(status).toBe('Error');
		expect(message).toMatch(says);
	});

	it.each(['only-one-part', 'Key a:b', 'id:secret\nnext-line', 'id:sécret'])(
		'is tested with the malformed key %j, which goes nowhere',
		async (apiKey) => {
			const { status, message } = await test({ apiKey });
			expect(status).toBe('Error');
			expect(message).toMatch(/API key/i);
			expect(message).not.toContain(apiKey);
			expect(bench.fal.records).toEqual([]);
		},
	);

	/** n8n's HTTP Request node with our credential, as "Predefined Credential Type". */
	const request = (parameters: object): Workflow =>
		chain('HTTP Request', [
			manualTrigger,
			{
				name: 'Ask fal',
				type: 'n8n-nodes-base.httpRequest',
				typeVersion: 4.3,
				parameters: {
					authentication: 'predefinedCredentialType',
					nodeCredentialType: 'falApi',
					options: {},
					...parameters,
				},
			},
		]);

	it("serves n8n's own HTTP Request node", async () => {
		const execution = await bench.run(
			request({
				method: 'POST',
				url: bench.fal.proxyUrl,
				sendHeaders: true,
				headerParameters: {
					parameters: [
						{
							name: 'x-fal-target-url',
							value: 'https://queue.fal.run/fal-ai/nano-banana-pro/edit',
						},
					],
				},
				sendBody: true,
				specifyBody: 'json',
				jsonBody: '{"prompt": "Make it night", "image_urls": ["https://example.com/photo.png"]}',
			}),
		);
		expect(execution.status).toBe('success');
		const [item] = outputOf(execution, 'Ask fal');
		expect(item?.json).toMatchObject({ status: 'IN_QUEUE', request_id: bench.fal.jobs[0]?.id });
	});

	it('keeps the key to itself when that node calls another address', async () => {
		const execution = await bench.run(
			request({
				// Another host by name, though the same machine.
				url: `${bench.fal.mediaUrl.replace('127.0.0.1', 'localhost')}/b/none/none.png`,
				options: { response: { response: { neverError: true } } },
			}),
		);
		expect(execution.status).toBe('success');
		const headers = bench.fal.records.map((call) => call.headers.authorization);
		expect(headers).toEqual([undefined]);
	});
});
