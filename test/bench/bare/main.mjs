// What a program without n8n does, with fal's own client: all files of a folder up, ordered, waited for
// at the status stream, fetched and written to disk, 80 at once. Its parent says when to begin.
import { createFalClient } from '@fal-ai/client';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pLimit from 'p-limit';

const fal = createFalClient({ credentials: process.env.FAL_KEY });

async function edit(source, target) {
	const file = new File([await readFile(source)], source.split('/').pop(), { type: 'image/png' });
	const input = { prompt: 'Make it night', image_urls: [await fal.storage.upload(file)] };
	const { data } = await fal.subscribe('fal-ai/nano-banana-pro/edit', { input, mode: 'streaming' });
	const answer = await fetch(data.images[0].url);
	await pipeline(Readable.fromWeb(answer.body), createWriteStream(target));
	return (await stat(target)).size;
}

async function editAll({ folder, out }) {
	await mkdir(out, { recursive: true });
	const limit = pLimit(80);
	const names = await readdir(folder);
	const start = performance.now();
	const work = names.map((name) =>
		limit(async () => await edit(join(folder, name), join(out, name))),
	);
	const sizes = await Promise.all(work);
	return { time: performance.now() - start, sizes };
}

process.on('message', (task) =>
	editAll(task).then(
		(done) => process.send(done),
		(error) =>
			process.send({ error: `${error} ${error.cause ?? ''} ${JSON.stringify(error.body ?? '')}` }),
	),
);
process.on('disconnect', () => process.exit());
process.send('ready');
