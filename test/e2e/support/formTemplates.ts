import { submitForm, type FormFile } from '../../n8n';
import type { Bench } from './bench';
import { photo, sha256, type PhotoName } from './images';
import { readTemplate } from './templates';

const asFile = async (name: PhotoName): Promise<FormFile> => ({
	name,
	type: name.endsWith('png') ? 'image/png' : name.endsWith('jpg') ? 'image/jpeg' : 'image/webp',
	bytes: await photo(name),
});

const shownIn = (html: string) => {
	const page = html.replaceAll('&quot;', '"').replaceAll('&#61;', '=').replaceAll('&#x3D;', '=');
	const found = page.matchAll(/src=\\?"data:image\/\w+;base64,([^"\\]+)/g);
	return [...found].map(([, base64]) => sha256(Buffer.from(base64 ?? '', 'base64')));
};

const madeAtFal = async (bench: Bench) => {
	const downloads = bench.fal.records.filter(({ stage }) => stage === 'download');
	return await Promise.all(downloads.map(async ({ url }) => sha256(await bench.atFal(url))));
};

/** Templates that a visitor of a form sets off. */
export function describeFormTemplates(bench: Bench): void {
	it('form-to-edited-image: photos in, the edited one in the page; or why not', async () => {
		await bench.publish(readTemplate('form-to-edited-image'));
		const form = `${bench.n8n.url}/form/edit-photo`;
		const Photo = [await asFile('phone.jpg'), await asFile('cut-out.png')];
		const good = await submitForm(form, { Instruction: 'Put "it" on\na table' }, { Photo });
		expect(good.status).toBe('success');
		const [job] = bench.fal.jobs;
		expect(job?.input).toMatchObject({
			prompt: expect.stringMatching(/^Put "it" on\r?\na table$/),
		});
		expect(job && bench.received(job)).toEqual(Photo.map(({ bytes }) => sha256(bytes)));
		expect(shownIn(good.html)).toEqual(await madeAtFal(bench));

		const Instruction = '[fault: model=422-policy] Make it night';
		const refused = await submitForm(form, { Instruction }, { Photo });
		expect(refused.html).toContain('No image this time');
		expect(shownIn(refused.html)).toEqual([]);
	});

	it('two-images-combined: model and garment, in this order, in one edit', async () => {
		await bench.publish(readTemplate('two-images-combined'));
		const [model, garment] = [await asFile('phone.jpg'), await asFile('web.webp')];
		const files = { Garment: [garment], Model: [model] };
		const { status, html } = await submitForm(`${bench.n8n.url}/form/try-it-on`, {}, files);
		expect(status).toBe('success');
		const received = bench.fal.jobs.map((job) => bench.received(job));
		expect(received).toEqual([[sha256(model.bytes), sha256(garment.bytes)]]);
		expect(shownIn(html)).toEqual(await madeAtFal(bench));
	});
}
