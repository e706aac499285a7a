import type { Edit } from './schema';

/** The priced unit is an image; 4K counts double, and a web search a tenth (both inferred from fal's page). */
export function billableUnits({ resolution, enable_web_search }: Edit, images: number): number {
	const each = (resolution === '4K' ? 2 : 1) + (enable_web_search ? 0.1 : 0);
	return Number((each * images).toFixed(2));
}
