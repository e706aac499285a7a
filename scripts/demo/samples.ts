import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join, parse } from 'node:path';
import { submitForm } from '../../test/n8n';
import { samplesFolder } from './options';

const types: Record<string, string> = {
	'.png': 'image/png',
	'.jpg': 'image/jpeg',
	'.webp': 'image/webp',
};

const instructions: Record<string, string> = {
	mug: 'Turn the mug dark blue and put a slice of lemon cake beside it',
	lake: 'Make it night, with a full moon over the mountain',
	shoes: 'Put the shoes on wet cobblestones, with a soft reflection',
};

export const sampleNames = (): string[] =>
	readdirSync(samplesFolder).filter((name) => extname(name) in types);

// A real one takes a minute, more with a queue before it.
const timeoutMs = 10 * 60_000;

function imageIn(html: string): { bytes: Buffer; extension: string } | undefined {
	const [, extension, base64] = /<img[^>]*src="data:image\/(\w+);base64,([^"]+)"/.exec(html) ?? [];
	return extension && base64 ? { bytes: Buffer.from(base64, 'base64'), extension } : undefined;
}

const wordsIn = (html: string) =>
	html
		.replace(/<(style|script|head)\b.*?<\/\1>/gs, '')
		.replace(/<[^>]*>/g, ' ')
		.replace(/\s+/g, ' ')
		.trim();

/** Sends one sample through the form as a person does and saves the image that the page shows. */
export async function sendSample(formUrl: string, sample: string, folder: string): Promise<string> {
	const bytes = readFileSync(join(samplesFolder, sample));
	const { name, ext } = parse(sample);
	const file = { name: sample, type: types[ext] ?? '', bytes };
	const instruction = instructions[name] ?? 'Make it look like a watercolour';
	const answer = await submitForm(
		formUrl,
		{ Instruction: instruction },
		{ Photo: [file] },
		timeoutMs,
	);
	const image = imageIn(answer.html);
	if (!image) throw new Error(`No image came (${answer.status}). ${wordsIn(answer.html)}`);
	mkdirSync(folder, { recursive: true });
	const result = join(folder, `${name}-edited.${image.extension.replace('jpeg', 'jpg')}`);
	writeFileSync(result, image.bytes);
	return result;
}
