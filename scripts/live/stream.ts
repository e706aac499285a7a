import { createParser } from 'eventsource-parser';
import { aboutRequest, type Live } from './live';

/** What a status stream said, and when. */
export interface Heard {
	status: number;
	/** each `status`, in order, and the ms since the stream was asked for */
	words: Array<{ word: string; ms: number }>;
	/** whether fal closed it */
	closed: boolean;
}

/** A status stream that is listened to, by its first word and its end. */
export interface Listening {
	/** the first word, or undefined where it is silent for as long as the node would wait */
	first: Promise<string | undefined>;
	end: Promise<Heard>;
}

/** Listens to the stream of a request until fal closes it, or an edit would have ended long ago. */
export function listen(live: Live, id: string): Listening {
	const start = Date.now();
	const heard: Heard = { status: 0, words: [], closed: false };
	let speak: (word?: string) => void = () => undefined;
	const first = new Promise<string | undefined>((resolve) => (speak = resolve));
	const silence = setTimeout(speak, live.place.patience.firstWord);
	const parser = createParser((event) => {
		if (event.type !== 'event') return;
		const { status: word } = JSON.parse(event.data) as { status: string };
		heard.words.push({ word, ms: Date.now() - start });
		speak(word);
	});
	const hear = async () => {
		const signal = AbortSignal.timeout(live.place.patience.edit);
		const address = aboutRequest(id, '/status/stream?logs=0');
		const headers = { accept: 'text/event-stream' };
		const response = await live.wire.open(address, { headers, signal });
		heard.status = response.status;
		const decoder = new TextDecoder();
		for await (const chunk of response.body ?? [])
			parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
		heard.closed = true;
	};
	// A stream that breaks has said what it has said.
	const end = hear()
		.catch(() => undefined)
		.then(() => heard)
		.finally(() => {
			clearTimeout(silence);
			speak(heard.words[0]?.word);
		});
	return { first, end };
}
