import { outputOf } from '../n8n';
import { startMailServer, type MailServer } from '../services/mail';
import { useBench } from './support/bench';
import {
	attachmentsOf,
	fetchFile,
	FileHost,
	filesIn,
	mail,
	postBytes,
	postForm,
} from './support/neighbours';
import { photo, sha256 } from './support/images';
import { chain, code, edit, manualTrigger, setFields } from './support/workflow';

/** n8n's own nodes before and after ours: what they give is taken, what we give they send on whole. */
describe('between n8n’s own nodes', () => {
	const bench = useBench();
	const host = new FileHost();
	let letters: MailServer;
	beforeAll(async () => {
		await host.open();
		letters = await startMailServer();
		await bench.addCredential('mail', 'smtp', letters.credential);
	});
	afterAll(async () => await Promise.all([host.close(), letters.close()]));
	beforeEach(() => (host.posted.length = 0));

	const made = async () => {
		const [job, ...others] = bench.fal.records.filter(({ stage }) => stage === 'download');
		expect(others).toEqual([]);
		return await bench.atFal(job?.url.replace(/^https?:\/\/[^/]+/, bench.fal.url));
	};

	it.each([
		['a type that is none', '/get', { 'content-type': 'application/octet-stream' }],
		['a type that lies', '/photo.jpg', { 'content-type': 'text/plain' }],
		[
			'a name beyond ASCII',
			'/download',
			{
				'content-type': 'image/png',
				'content-disposition': "attachment; filename*=UTF-8''Caf%C3%A9%20%E2%98%95.png",
			},
		],
	])('HTTP Request: an image with %s, sent on as bytes and in a form', async (_, path, headers) => {
		const bytes = await photo('cut-out.png');
		host.files[path] = { bytes, headers };
		const steps = (to: typeof postBytes) =>
			chain('Fetched', [
				manualTrigger,
				fetchFile(`${host.url}${path}`),
				edit({ outputFormat: 'webp' }),
				to(`${host.url}/kept`),
			]);
		expect((await bench.run(steps(postBytes))).status).toBe('success');
		expect(bench.fal.jobs.map((job) => bench.received(job))).toEqual([[sha256(bytes)]]);
		const image = await made();
		expect(host.posted[0]?.headers['content-type']).toBe('image/webp');
		expect(sha256(host.posted[0]!.body)).toBe(sha256(image));
		bench.fal.records.length = 0;
		expect((await bench.run(steps(postForm))).status).toBe('success');
		const [file, ...others] = await filesIn(host.posted[1]!);
		expect(others).toEqual([]);
		expect(file).toMatchObject({
			type: 'image/webp',
			name: expect.stringMatching(/^[\w-]+\.webp$/),
		});
		expect(sha256(file!.bytes)).toBe(sha256(await made()));
	});

	// n8n's Gmail and IMAP nodes name files so, and pass on what the letter says of them.
	it('attachments of a letter: images in their order, other files passed over', async () => {
		const images = [await photo('cut-out.png'), await photo('phone.jpg'), await photo('web.webp')];
		const [first, second, third] = images.map((bytes) => bytes.toString('base64'));
		const binary = {
			attachment_0: { data: btoa('%PDF-1.7'), mimeType: 'application/pdf', fileName: 'bill.pdf' },
			attachment_1: { data: first, mimeType: 'application/octet-stream' },
			attachment_2: { data: second, mimeType: 'image/jpg', fileName: 'IMG 0001.JPG' },
			attachment_10: { data: third, mimeType: 'image/webp; name="a b.webp"', fileName: 'a b.webp' },
		};
		const letter = code(
			'Letter',
			`return [{ json: { subject: 'Night' }, binary: ${JSON.stringify(binary)} }];`,
		);
		const run = await bench.run(
			chain('Letter', [
				manualTrigger,
				letter,
				edit({ numImages: 2, options: { outputMode: 'singleItem' } }),
				mail('data_0, data_1'),
			]),
		);
		expect(run.status).toBe('success');
		expect(bench.fal.jobs.map((job) => bench.received(job))).toEqual([images.map(sha256)]);
		const files = outputOf(run, 'Edit')[0]?.binary ?? {};
		expect(Object.keys(files)).toEqual(['data_0', 'data_1']);
		const arrived = attachmentsOf(letters.letters[0]!.raw);
		expect(arrived.map(({ name, type }) => ({ name, type }))).toEqual(
			Object.values(files).map(({ fileName, mimeType }) => ({
				name: fileName,
				type: mimeType,
			})),
		);
		const hashes = await Promise.all(
			Object.values(files).map(async (file) => sha256(await bench.n8n.api.downloadBinary(file))),
		);
		expect(arrived.map(({ bytes }) => sha256(bytes))).toEqual(hashes);
	});

	it.each(['separate', 'combined'])(
		'HTTP Request and ours keep the link to the row before them (files: %s)',
		async (binaryMode) => {
			const bytes = await photo('web.webp');
			host.files['/row'] = { bytes, headers: { 'content-type': 'image/webp' } };
			const before = binaryMode === 'combined' ? 'item' : 'item.json';
			const run = await bench.run(
				chain(
					`Linked ${binaryMode}`,
					[
						manualTrigger,
						code('Rows', 'return [0, 1].map((row) => ({ json: { row } }));'),
						fetchFile(`${host.url}/row`),
						edit(),
						setFields('After', { row: `={{ $('Rows').${before}.row }}` }),
					],
					{ binaryMode },
				),
			);
			expect(run.status).toBe('success');
			expect(outputOf(run, 'After').map(({ json }) => json.row)).toEqual(['0', '1']);
		},
	);
});
