import { isObject, json, parseJson, without, type Answer, type Call } from '../http';
import type { Settings } from '../options';
import type { Stage } from '../types';
import type { World } from '../world';

/** One way in which fal may differ from what we take it to be. */
export interface Difference {
	settings?: Partial<Settings>;
	/** the call as the emulator shall take it */
	call?: (call: Call) => Call;
	/** the answer as it shall go out */
	answer?: (answer: Answer, call: Call, world: World) => Answer;
	/** whether an input is refused that the emulator opens */
	refuses?: (url: string, bytes: Buffer) => boolean;
	/** what a check of `npm run live` gives there, by its id */
	shows: Record<string, string>;
}

type Change = NonNullable<Difference['answer']>;

export const at =
	(stages: Stage[], change: Change): Change =>
	(answer, call, world) =>
		stages.includes(call.stage) ? change(answer, call, world) : answer;

export const withBody =
	(change: (body: Record<string, unknown>) => unknown): Change =>
	(answer) => {
		const body = parseJson(Buffer.from(answer.body))?.value;
		return isObject(body) ? { ...answer, body: JSON.stringify(change(body)) } : answer;
	};

export const withoutHeader =
	(name: string): Change =>
	(answer) => ({ ...answer, headers: without(answer.headers, name) });

export const status =
	(from: number, to: number): Change =>
	(answer) =>
		answer.status === from ? { ...answer, status: to } : answer;

/** Every request of a page of the history, changed or left out. */
export const listed = (
	change: (item: Record<string, unknown>, world: World) => Record<string, unknown> | undefined,
): Change =>
	at(['history'], (answer, call, world) =>
		withBody((body) =>
			Array.isArray(body.items)
				? {
						...body,
						items: body.items.filter(isObject).flatMap((item) => change(item, world) ?? []),
					}
				: body,
		)(answer, call, world),
	);

export const inputOf = (
	item: Record<string, unknown>,
	change: (input: Record<string, unknown>) => unknown,
) => (isObject(item.json_input) ? { ...item, json_input: change(item.json_input) } : item);

export const withoutCallHeader =
	(name: string): NonNullable<Difference['call']> =>
	(call) => ({ ...call, headers: without(call.headers, name) });

/** A stream that says all at its end, as through a proxy that collects whole answers. */
export const buffered: Change = (answer) => ({
	...answer,
	write:
		answer.write &&
		(async (response) => {
			const said: Buffer[] = [];
			const held = Object.create(response) as typeof response;
			held.writeHead = () => held;
			held.write = (chunk: string) => said.push(Buffer.from(chunk)) > 0;
			held.end = () => held;
			held.on = (name, listener) => {
				response.on(name, listener);
				return held;
			};
			await answer.write?.(held);
			response.writeHead(answer.status, answer.headers);
			response.end(Buffer.concat(said));
		}),
});

/** A stream that breaks after its first word. */
export const broken: Change = (answer) => ({
	...answer,
	write: async (response) => {
		response.writeHead(answer.status, answer.headers);
		response.write(answer.body, () => response.destroy());
	},
});

/** Files get an address of fal's own making. */
export const renamed: Change = (answer, _call, world) => {
	const upload = world.uploads.at(-1);
	const body = parseJson(Buffer.from(answer.body))?.value;
	if (!upload || !isObject(body)) return answer;
	const name = new RegExp(`_${encodeURIComponent(upload.fileName)}`);
	upload.fileUrl = upload.fileUrl.replace(name, '');
	return json(answer.status, {
		file_url: upload.fileUrl,
		upload_url: String(body.upload_url).replace(name, ''),
	});
};
