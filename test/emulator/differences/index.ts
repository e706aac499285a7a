import type { Answer, Call } from '../http';
import type { Settings } from '../options';
import type { World } from '../world';
import { inAnswers } from './answers';
import type { Difference } from './change';
import { inHistoryAndImages } from './kept';

/** Each has a switch: its name in the setting `differences`. */
export const differences = { ...inAnswers, ...inHistoryAndImages };

export type DifferenceName = keyof typeof differences;

const named = (names: DifferenceName[]): Difference[] => names.map((name) => differences[name]);

/** What the differences set. */
export const settingsOf = (names: DifferenceName[] = []): Partial<Settings> =>
	Object.assign({}, ...named(names).map(({ settings }) => settings));

export const asCalled = (names: DifferenceName[], call: Call): Call =>
	named(names).reduce((left, { call: change }) => change?.(left) ?? left, call);

export const asAnswered = (world: World, call: Call, answer: Answer): Answer =>
	named(world.settings.differences).reduce(
		(left, { answer: change }) => change?.(left, call, world) ?? left,
		answer,
	);

export const isRefusedInput = (names: DifferenceName[], url: string, bytes: Buffer): boolean =>
	named(names).some(({ refuses }) => refuses?.(url, bytes));
