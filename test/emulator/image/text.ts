import sharp, { type OverlayOptions } from 'sharp';

export interface Box {
	left: number;
	top: number;
	width: number;
	height: number;
}

export interface TextStyle {
	size: number;
	colour: string;
	bold?: boolean;
	mono?: boolean;
	align?: 'left' | 'centre' | 'right';
	/** Starts at the box's upper edge; else it stands in the middle. */
	atTop?: boolean;
}

/** The machine may have no font at all, so the file comes with the project. */
function fontOf({ bold, mono }: TextStyle): { name: string; file: string } {
	const file = `DejaVuSans${mono ? 'Mono' : ''}${bold ? '-Bold' : ''}.ttf`;
	const name = `DejaVu Sans${mono ? ' Mono' : ''}${bold ? ' Bold' : ''}`;
	return { name, file: require.resolve(`dejavu-fonts-ttf/ttf/${file}`) };
}

/** Text inside a box, cut at the box's edge. */
export async function textLayer(text: string, box: Box, style: TextStyle): Promise<OverlayOptions> {
	const font = fontOf(style);
	const { data, info } = await sharp({
		text: {
			text: `<span foreground="${style.colour}">${escapeMarkup(text)}</span>`,
			font: `${font.name} ${style.size}`,
			fontfile: font.file,
			width: Math.round(box.width),
			wrap: 'word-char',
			rgba: true,
			dpi: 72,
		},
	})
		.png({ compressionLevel: 1 })
		.toBuffer({ resolveWithObject: true });
	const height = Math.min(info.height, Math.round(box.height));
	const width = Math.min(info.width, Math.round(box.width));
	const input = await sharp(data)
		.extract({ left: 0, top: 0, width, height })
		.png({ compressionLevel: 1 })
		.toBuffer();
	const spare = box.width - width;
	const shift = { left: 0, centre: spare / 2, right: spare }[style.align ?? 'left'];
	const drop = style.atTop ? 0 : (box.height - height) / 2;
	return { input, left: Math.round(box.left + shift), top: Math.round(box.top + drop) };
}

/** The biggest size at which the text should fit its box, and the text cut down if none does. */
export function fitText(
	text: string,
	box: Box,
	max: number,
	min: number,
): { text: string; size: number } {
	const fits = (size: number, length: number) =>
		Math.ceil((length * size * 0.6) / box.width) * size * 1.35 <= box.height;
	for (let size = max; size > min; size -= 1) if (fits(size, text.length)) return { text, size };
	const room = Math.floor(((box.height / (min * 1.35)) * box.width) / (min * 0.65));
	return { text: text.length > room ? `${text.slice(0, room)}…` : text, size: min };
}

/** Pango markup; a control character in it would fail the whole drawing. */
function escapeMarkup(text: string): string {
	const plain = [...text].map((letter) =>
		(letter.codePointAt(0) ?? 0) < 32 && letter !== '\n' ? ' ' : letter,
	);
	return plain.join('').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
