import type { Layout } from './layout';
import type { Size } from './sizes';
import type { Box } from './text';

export const colours = {
	ink: '#2a2118',
	paper: '#fffdf6',
	mat: '#f4ecd8',
	banana: '#ffd84d',
	warning: '#d9480f',
};

/** Everything but images and letters, as one SVG. */
export function backdrop(size: Size, layout: Layout): Buffer {
	const { unit, header, mark, footer, cards, prompt } = layout;
	const parts = [
		'<defs><linearGradient id="sky" x1="0" y1="0" x2="1" y2="1">',
		'<stop offset="0" stop-color="#fff6d6"/><stop offset="0.6" stop-color="#ffe7a3"/><stop offset="1" stop-color="#ffc9a3"/>',
		'</linearGradient></defs>',
		`<rect width="${size.width}" height="${size.height}" fill="url(#sky)"/>`,
		rectangle(header, 0, colours.ink),
		rectangle({ ...header, top: header.height, height: 0.8 * unit }, 0, colours.banana),
		rectangle(mark, 2.8 * unit, colours.banana),
		rectangle(footer, 0, colours.ink),
		...cards.map(
			(card) => panel(card, unit) + rectangle(inset(card, unit), 0.6 * unit, colours.mat),
		),
		panel(prompt, unit),
		rectangle({ ...prompt, width: 1.4 * unit }, 0.7 * unit, colours.banana),
	];
	return svg(size, parts);
}

/** The number of an input, over its image's corner. */
export function badges(size: Size, layout: Layout): Buffer {
	const { unit, cards } = layout;
	const circles = cards.map(({ left, top }) => {
		const place = `cx="${left + 3.4 * unit}" cy="${top + 3.4 * unit}" r="${2.5 * unit}"`;
		return `<circle ${place} fill="${colours.banana}" stroke="${colours.ink}" stroke-width="${0.3 * unit}"/>`;
	});
	return svg(size, circles);
}

function panel(box: Box, unit: number): string {
	const shadow = { ...box, left: box.left + 0.4 * unit, top: box.top + 0.7 * unit };
	return rectangle(shadow, 1.6 * unit, '#00000026') + rectangle(box, 1.6 * unit, colours.paper);
}

function inset({ left, top, width, height }: Box, by: number): Box {
	return { left: left + by, top: top + by, width: width - 2 * by, height: height - 2 * by };
}

function rectangle({ left, top, width, height }: Box, radius: number, fill: string): string {
	return `<rect x="${left}" y="${top}" width="${width}" height="${height}" rx="${radius}" fill="${fill}"/>`;
}

function svg({ width, height }: Size, parts: string[]): Buffer {
	const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`;
	return Buffer.from(`${open}${parts.join('')}</svg>`);
}
