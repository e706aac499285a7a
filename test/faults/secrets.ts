import { inspect } from 'node:util';
import type { Emulator } from '../emulator';
import type { NodeResult } from '../support/engine';

/** Every form in which a key could stand somewhere: whole, its secret half, each line of it, and encoded. */
export function formsOf(apiKey: string): string[] {
	const trimmed = apiKey.trim();
	const parts = [trimmed, ...trimmed.split(/[:\s]+/).slice(1)].filter((part) => part.length > 5);
	return parts.flatMap((part) => [
		part,
		JSON.stringify(part).slice(1, -1),
		encodeURIComponent(part),
		Buffer.from(part).toString('base64'),
	]);
}

/** Everything of an execution that n8n shows or stores, with what JSON would leave out. */
const shown = ({ outputs, error, run }: NodeResult): string =>
	[outputs, error, run].map((value) => inspect(value, WHOLE)).join('\n') + JSON.stringify(run.data);

const WHOLE = {
	depth: 40,
	showHidden: true,
	maxArrayLength: null,
	maxStringLength: null,
	breakLength: Infinity,
	compact: true,
} as const;

/** What fal has seen, but for the one header that carries the key to its API. */
function received(fal: Emulator): string {
	const calls = fal.records.map(({ headers, viaProxy, ...call }) => {
		const { authorization, ...others } = headers;
		return [call, others, viaProxy ? undefined : authorization];
	});
	return JSON.stringify([calls, fal.jobs.map(({ input, webhookUrl }) => [input, webhookUrl])]);
}

/** Where the key stands though it should not. */
export function leaksIn(results: NodeResult[], fal: Emulator, apiKey: string): string[] {
	const forms = formsOf(apiKey);
	const holds = (text: string) => forms.some((form) => text.includes(form));
	return [
		...fal.leaks.map(({ reason, url }) => `${reason}: ${url}`),
		...(results.some((result) => holds(shown(result))) ? ["the key stands in n8n's data"] : []),
		...(holds(received(fal)) ? ['the key stands in what fal received'] : []),
	];
}

/** Keeps an eye on all that this process prints. */
export function watchPrinted(apiKey: string): () => boolean {
	let leaked = false;
	const forms = formsOf(apiKey);
	for (const stream of [process.stdout, process.stderr]) {
		const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
		stream.write = (...args: unknown[]) => {
			leaked ||= forms.some((form) => String(args[0]).includes(form));
			return write(...args);
		};
	}
	return () => leaked;
}
