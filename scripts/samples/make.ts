import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { mountainLake, mugOnTable, pairOfShoes } from './scenes';

const folder = join(__dirname, '..', '..', 'samples');

const draw = (scene: string) => sharp(Buffer.from(scene));

async function main() {
	mkdirSync(folder, { recursive: true });
	await draw(mugOnTable)
		.png({ palette: true, quality: 90, effort: 10 })
		.toFile(join(folder, 'mug.png'));
	// As a phone held upright writes it: the pixels lie on their side, and a tag says to turn them.
	const lying = await draw(mountainLake).rotate(270).toBuffer();
	await sharp(lying)
		.withMetadata({ orientation: 6 })
		.jpeg({ quality: 86 })
		.toFile(join(folder, 'lake.jpg'));
	await draw(pairOfShoes).webp({ quality: 84 }).toFile(join(folder, 'shoes.webp'));
}

void main();
