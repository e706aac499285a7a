import sharp, { type OverlayOptions } from 'sharp';

import type { Edit, Format } from '../schema';
import { thumbnail, type InputImage } from './decode';
import { layoutOf, type Layout } from './layout';
import { backdrop, badges, colours } from './shapes';
import { outputSize, type Size } from './sizes';
import { fitText, textLayer, type Box } from './text';

/** The page that shows what arrived; the images of one request differ only in their number. */
export async function drawPage(edit: Edit, inputs: InputImage[], seed: number): Promise<Sheet> {
	const size = outputSize(edit, inputs);
	const layout = layoutOf(size, inputs.length);
	const images = await Promise.all(
		inputs.flatMap((input, index) => {
			const card = layout.cards[index];
			return card ? imageLayer(input, card, layout.unit) : [];
		}),
	);
	const layers = [...images, { input: badges(size, layout) }, ...(await words(edit, layout, seed))];
	const { data, info } = await sharp(backdrop(size, layout))
		.composite(layers)
		.removeAlpha()
		.raw()
		.toBuffer({ resolveWithObject: true });
	return { size, layout, pixels: data, channels: info.channels };
}

export interface Sheet {
	size: Size;
	layout: Layout;
	pixels: Buffer;
	channels: 1 | 2 | 3 | 4;
}

/** One of the n images, in the format that was asked for. */
export async function encode(
	sheet: Sheet,
	index: number,
	total: number,
	format: Format,
): Promise<Buffer> {
	const { size, layout, pixels, channels } = sheet;
	const { unit, header } = layout;
	const place = { ...header, left: header.width - 58 * unit, width: 23 * unit };
	const text = `image ${index + 1} of ${total}`;
	const label = await textLayer(text, place, {
		size: Math.round(2.4 * unit),
		colour: '#ffffff',
		align: 'right',
	});
	const page = sharp(pixels, { raw: { ...size, channels } }).composite([label]);
	if (format === 'jpeg') return await page.jpeg({ quality: 90 }).toBuffer();
	if (format === 'webp') return await page.webp({ quality: 90, effort: 2 }).toBuffer();
	return await page.png({ compressionLevel: 4 }).toBuffer();
}

async function imageLayer(input: InputImage, card: Box, unit: number): Promise<OverlayOptions> {
	const width = Math.round(card.width - 2 * unit);
	const height = Math.round(card.height - 2 * unit);
	const { data, info } = await sharp(await thumbnail(input))
		.resize({ width, height, fit: 'inside' })
		.png({ compressionLevel: 1 })
		.toBuffer({ resolveWithObject: true });
	return {
		input: data,
		left: Math.round(card.left + unit + (width - info.width) / 2),
		top: Math.round(card.top + unit + (height - info.height) / 2),
	};
}

async function numberOn(card: Box, number: number, unit: number): Promise<OverlayOptions> {
	const badge = {
		left: card.left + unit,
		top: card.top + unit,
		width: 4.8 * unit,
		height: 4.8 * unit,
	};
	const size = Math.round(2.8 * unit);
	return await textLayer(String(number), badge, {
		size,
		colour: colours.ink,
		bold: true,
		align: 'centre',
	});
}

async function words(edit: Edit, layout: Layout, seed: number): Promise<OverlayOptions[]> {
	const { unit, header, footer, cards, prompt } = layout;
	const inner = (box: Box, by: number) => ({
		...box,
		left: box.left + by,
		width: box.width - 2 * by,
	});
	const caption = { ...inner(prompt, 4 * unit), top: prompt.top + 2 * unit, height: 3 * unit };
	const body = { ...caption, top: prompt.top + 7 * unit, height: prompt.height - 9 * unit };
	const fitted = fitText(
		edit.prompt.trim() || '(only spaces)',
		body,
		Math.round(5 * unit),
		Math.round(2 * unit),
	);
	return await Promise.all([
		textLayer('fal emulator', inner(header, 4 * unit), {
			size: Math.round(4.4 * unit),
			colour: '#ffffff',
			bold: true,
		}),
		textLayer('not a real edit', layout.mark, {
			size: Math.round(2.7 * unit),
			colour: colours.ink,
			bold: true,
			align: 'centre',
		}),
		textLayer('PROMPT', caption, {
			size: Math.round(2 * unit),
			colour: colours.warning,
			bold: true,
		}),
		textLayer(fitted.text, body, { size: fitted.size, colour: colours.ink, atTop: true }),
		textLayer(settingsLine(edit, seed), inner(footer, 4 * unit), {
			size: Math.round(1.9 * unit),
			colour: colours.paper,
			mono: true,
		}),
		...cards.map(async (card, index) => await numberOn(card, index + 1, unit)),
	]);
}

function settingsLine(edit: Edit, seed: number): string {
	const named = [
		edit.aspect_ratio,
		edit.resolution,
		edit.output_format,
		`seed ${seed}`,
		`safety ${edit.safety_tolerance}`,
	];
	if (edit.enable_web_search) named.push('web search');
	if (!edit.limit_generations) named.push('generations not limited');
	if (edit.system_prompt) named.push(`system: ${edit.system_prompt.slice(0, 40)}`);
	return named.join('  ·  ');
}
