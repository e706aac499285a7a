import { failure, made, PUBLIC_URL, rows, useEditBench } from '../../../support/edit';
import { makeImage } from '../../../support/images';

const bench = useEditBench();
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

// There is nobody at these addresses, so fal shall not post.
const SILENT = 'blue [fault: webhook=never]';
const submit = async (webhookUrl: unknown) =>
	await bench.run('submit', {
		items: rows(['first']),
		parameters: { prompt: SILENT, webhookUrl: webhookUrl as string },
	});

it.each([
	'https://example.com/webhook/edited',
	'https://example.com/hook?row=1&token=a%20b&next=https://x.org/#end',
	'http://example.com:8080/',
	'https://example.com/wéb höok',
	'https://[2606:4700::1111]/done',
	'https://172.32.0.1/done',
])('sends %s as fal_webhook', async (webhookUrl) => {
	const { hints, ...result } = await submit(webhookUrl);
	expect(made({ hints, ...result })).toHaveLength(1);
	expect(bench.fal.jobs.map((job) => job.webhookUrl)).toEqual([webhookUrl]);
	expect(hints).toEqual([]);
});

it.each(['', '={{ null }}', '={{ undefined }}', '={{ "" }}'])(
	'sends none when it is left empty: %j',
	async (webhookUrl) => {
		made(await submit(webhookUrl));
		expect(bench.fal.jobs.map((job) => job.webhookUrl)).toEqual([undefined]);
	},
);

it("is each item's own", async () => {
	const parameters = {
		prompt: SILENT,
		webhookUrl: '=https://example.com/hook?row={{ $json.row }}',
	};
	made(await bench.run('submit', { items: rows(['a', 'b', 'c']), parameters }));
	expect(bench.fal.jobs.map((job) => job.webhookUrl).sort()).toEqual(
		[0, 1, 2].map((row) => `https://example.com/hook?row=${row}`),
	);
});

it.each([
	'http://localhost:5678/webhook/done',
	'http://127.0.0.1/done',
	'http://192.168.1.20:5678/done',
	'http://10.0.0.4/done',
	'http://172.20.0.3/done',
	'http://[::1]:5678/done',
	'http://[fd12::5]/done',
	'http://[fe80::1]/done',
	'http://169.254.1.1/done',
	'http://n8n:5678/done',
	'http://nas.local/done',
])(
	'warns above the output that fal cannot reach %s, and sends it all the same',
	async (webhookUrl) => {
		const { hints, ...result } = await submit(webhookUrl);
		made({ hints, ...result });
		expect(hints.join()).toMatch(/cannot reach the 'Webhook URL'/);
		expect(bench.fal.jobs.map((job) => job.webhookUrl)).toEqual([webhookUrl]);
	},
);

const N8N = 'https://n8n.example.com';
const testUrlHints = async (webhookUrl: string) => {
	const { hints, ...result } = await submit(webhookUrl);
	made({ hints, ...result });
	expect(bench.fal.jobs.map((job) => job.webhookUrl)).toEqual([webhookUrl]);
	return hints.filter((hint) => /is a Test URL/.test(hint));
};

it.each([
	...['/webhook-test/done', '/webhook-test/done?row=1#end', '/webhook-test/done/', '/form-test/done'],
	...['/WEBHOOK-TEST/done', '/Webhook-Test/Done', '/webhook%2Dtest/done', '/%77ebhook-test/done'],
	...['/n8n/webhook-test/done', '/a/b/webhook-test/0c4f1a/done', '//webhook-test/done'],
])('warns above the output of a Test URL: %s', async (path) => {
	expect(await testUrlHints(`${N8N}${path}`)).toHaveLength(1);
});

it.each([
	...['/webhook/done', '/webhook-waiting/81', '/form-waiting/81', '/webhook/my-webhook-test/done'],
	...['/webhook/done?next=/webhook-test/done', '/webhook/done#/webhook-test/x', '/webhook-tester/x'],
	...['/webhook/webhook-test', '/webhook/webhook-test/done', '/webhook/%E0%A4%A'],
])('does not take another address for a Test URL: %s', async (path) => {
	expect(await testUrlHints(`${N8N}${path}`)).toEqual([]);
});

it('is not sent by Edit Image, which waits itself', async () => {
	made(await bench.edit({ parameters: { webhookUrl: 'https://example.com/hook' } }));
	expect(bench.fal.jobs.map((job) => job.webhookUrl)).toEqual([undefined]);
});

it('a malformed one in row 2 stops the node before anything is ordered', async () => {
	const parameters = { webhookUrl: '={{ $json.value }}' };
	const items = rows(['https://example.com/a', 'example.com/b']);
	const error = failure(await bench.run('submit', { items, parameters }));
	expect(error.context).toMatchObject({ itemIndex: 1 });
	expect(error.message).toContain("'Webhook URL'");
	expect(bench.fal.records).toEqual([]);
});
