import type { Size } from './sizes';
import type { Box } from './text';

export interface Layout {
	/** Everything is measured in this, so that 4K shows the same page as 1K. */
	unit: number;
	header: Box;
	/** The pill in the header that says what this image is not. */
	mark: Box;
	footer: Box;
	cards: Box[];
	prompt: Box;
}

/** Header and footer across; between them the inputs and the prompt, side by side where there is room. */
export function layoutOf(size: Size, inputs: number): Layout {
	const unit = Math.min(size.width, size.height) / 100;
	const header = { left: 0, top: 0, width: size.width, height: 11 * unit };
	const footer = { left: 0, top: size.height - 8 * unit, width: size.width, height: 8 * unit };
	const mark = {
		left: size.width - 33 * unit,
		top: 2.7 * unit,
		width: 29 * unit,
		height: 5.6 * unit,
	};
	const gap = 4 * unit;
	const body = {
		left: gap,
		top: header.height + gap,
		width: size.width - 2 * gap,
		height: size.height - header.height - footer.height - 2 * gap,
	};
	const wide = size.width / size.height > 1.3;
	const share = wide ? 0.6 : 0.7;
	const images = wide
		? { ...body, width: body.width * share - gap / 2 }
		: { ...body, height: body.height * share - gap / 2 };
	const prompt = wide
		? {
				...body,
				left: images.left + images.width + gap,
				width: body.width - images.width - gap,
			}
		: {
				...body,
				top: images.top + images.height + gap,
				height: body.height - images.height - gap,
			};
	return { unit, header, mark, footer, cards: grid(images, inputs, 2 * unit), prompt };
}

/** As many columns as make the cards biggest. */
function grid(area: Box, count: number, gap: number): Box[] {
	const columns = Array.from({ length: count }, (_, index) => index + 1);
	const side = (n: number) => Math.min(area.width / n, area.height / Math.ceil(count / n));
	const best = columns.reduce((a, b) => (side(b) > side(a) ? b : a));
	const rows = Math.ceil(count / best);
	const width = (area.width - gap * (best - 1)) / best;
	const height = (area.height - gap * (rows - 1)) / rows;
	return Array.from({ length: count }, (_, index) => ({
		left: area.left + (index % best) * (width + gap),
		top: area.top + Math.floor(index / best) * (height + gap),
		width,
		height,
	}));
}
