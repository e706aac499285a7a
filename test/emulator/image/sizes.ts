import { ratios, type Edit, type Ratio } from '../schema';

export interface Size {
	width: number;
	height: number;
}

/** The sizes Gemini 3 Pro Image gives at 1K. */
const base: Record<Ratio, Size> = {
	'21:9': { width: 1584, height: 672 },
	'16:9': { width: 1376, height: 768 },
	'3:2': { width: 1264, height: 848 },
	'4:3': { width: 1200, height: 896 },
	'5:4': { width: 1152, height: 928 },
	'1:1': { width: 1024, height: 1024 },
	'4:5': { width: 928, height: 1152 },
	'3:4': { width: 896, height: 1200 },
	'2:3': { width: 848, height: 1264 },
	'9:16': { width: 768, height: 1376 },
};

const scales = { '1K': 1, '2K': 2, '4K': 4 };

export function scaleOf(edit: Edit): number {
	return scales[edit.resolution];
}

export function outputSize(edit: Edit, inputs: Size[]): Size {
	const [first = base['1:1']] = inputs;
	const ratio = edit.aspect_ratio === 'auto' ? nearestRatio(first) : edit.aspect_ratio;
	const scale = scaleOf(edit);
	return { width: base[ratio].width * scale, height: base[ratio].height * scale };
}

function nearestRatio(input: Size): Ratio {
	const wanted = Math.log(input.width / input.height);
	const distance = (ratio: Ratio) =>
		Math.abs(Math.log(base[ratio].width / base[ratio].height) - wanted);
	return ratios.reduce((a, b) => (distance(b) < distance(a) ? b : a));
}
