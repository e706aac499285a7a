import type { Line } from '../../scripts/live/run';
import { differences, type DifferenceName } from './differences';

export interface Likeness {
	/** what is switched on to be like the report */
	switches: DifferenceName[];
	/** what of the report no switch gives */
	unlike: Line[];
}

/** How the emulator comes to give what a report of `npm run live` says. Pure. */
export function likenessTo(lines: Line[]): Likeness {
	const odd = lines.filter(({ outcome }) => outcome === 'differs');
	const cameOf = (id: string) => odd.find((line) => line.id === id)?.came;
	const names = Object.keys(differences) as DifferenceName[];
	const switches = names.filter((name) =>
		Object.entries(differences[name].shows).every(([id, came]) => cameOf(id) === came),
	);
	const given = new Set(switches.flatMap((name) => Object.keys(differences[name].shows)));
	return { switches, unlike: odd.filter(({ id }) => !given.has(id)) };
}

/** Where the emulator gives what we rely on and fal does not. Pure. */
export const kinderThan = (report: Line[], emulator: Line[]): string[] =>
	report
		.filter(({ outcome, isBetter }) => outcome === 'differs' && !isBetter)
		.filter(({ id }) => emulator.some((line) => line.id === id && line.outcome === 'same'))
		.map(({ id, came }) => `${id}: ${came}`);

/** A likeness as the command says it. */
export function likenessInWords({ switches, unlike }: Likeness): string[] {
	return [
		...switches.map((name) => `like fal      ${name}`),
		...unlike.map(({ id, expected, came }) => `NOT like fal  ${id}: "${expected}", fal: "${came}"`),
	];
}
