import { join } from 'node:path';
import sharp from 'sharp';
import { projectRoot } from '../../n8n';
import { useBench } from '../support/bench';
import { sha256 } from '../support/images';
import { readTemplate } from '../support/templates';
import { useScreen } from './browser';
import { dataOf, madeAtFal, widthOf } from './seen';

// As without a proxy.
const proxyAllows = ['rest.fal.ai/.well-known/jwks.json', 'api.fal.ai/'];
const bench = useBench({ emulator: { latency: 600, proxyAllows } });
const screen = useScreen();

it('a photo sent by the form comes back edited', async () => {
	await bench.publish(readTemplate('form-to-edited-image'));
	const { page } = screen;
	const words = page.locator('textarea');
	const image = page.locator('img[alt="The edited image"]');
	await screen.movie('form', async (movie) => {
		await page.goto(`${bench.n8n.url}/form/edit-photo`);
		await words.waitFor();
		await movie.frame(1_000);
		await page.locator('input[type="file"]').setInputFiles(join(projectRoot, 'samples/mug.png'));
		await movie.frame(900);
		for (const part of ['Put the mug ', 'on a wooden table ', 'in morning light']) {
			await words.pressSequentially(part);
			await movie.frame(500);
		}
		await page.getByRole('button', { name: 'Edit' }).click();
		await movie.frame(900);
		await image.waitFor({ timeout: 60_000 });
		await movie.frame(4_000);
	});
	const shown = dataOf(await image.getAttribute('src'));
	const made = await madeAtFal(bench);
	expect(sha256(shown)).toBe(sha256(made));
	expect(await widthOf(image)).toBe((await sharp(made).metadata()).width);
});
