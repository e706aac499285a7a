import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Page } from 'playwright-core';

/** px; wide enough to read the form, small enough for the top of a README. */
const WIDTH = 880;

/** What a page shows one moment after another, as one moving image. */
export class Movie {
	private readonly frames: Buffer[] = [];
	private readonly holds: number[] = [];

	constructor(private readonly page: Page) {}

	/** @param hold ms that this moment is shown */
	async frame(hold: number): Promise<void> {
		const seen = await this.page.screenshot();
		this.frames.push(await sharp(seen).resize({ width: WIDTH }).png().toBuffer());
		this.holds.push(hold);
	}

	/** Writes `<name>.gif`, which GitHub, npm and every browser play by themselves, without end. */
	async save(name: string, folder: string): Promise<void> {
		mkdirSync(folder, { recursive: true });
		await sharp(this.frames, { join: { animated: true } })
			.gif({ delay: this.holds, loop: 0, dither: 0.5, interFrameMaxError: 4 })
			.toFile(join(folder, `${name}.gif`));
	}
}
