import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import sharp from 'sharp';
import { projectRoot } from '../../n8n';
import { Movie } from './Movie';

// Chromium's own calls home would be refused on a closed network, many at a time.
const quiet = [
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--disable-gpu',
];

// Chromium's sandbox does not work for root, who runs tests in a container.
const args = process.getuid?.() === 0 ? [...quiet, '--no-sandbox'] : quiet;

const temporary = join(tmpdir(), 'nano-banana-screenshots');

/** The screenshots of the README are made by `npm run screenshots`; other runs leave docs/ alone. */
const documents = process.env.SCREENSHOTS_TO ?? temporary;

function browserPath(): string {
	const script = join(projectRoot, 'scripts/lib/browser.mjs');
	const lines = execFileSync(process.execPath, [script], { encoding: 'utf8' }).trim().split('\n');
	return lines.at(-1) ?? '';
}

/** One browser for a file of tests, and a page for each test. */
export class Screen {
	/** where the last sight of each test is kept */
	readonly lastSights = temporary;
	private browser?: Browser;
	private current?: Page;

	get page(): Page {
		if (!this.current) throw new Error('No page is open');
		return this.current;
	}

	async start(): Promise<void> {
		this.browser = await chromium.launch({ executablePath: browserPath(), args });
	}

	async open(colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
		await this.current?.close();
		const page = await this.browser?.newPage({
			colorScheme,
			viewport: { width: 1440, height: 900 },
		});
		page?.setDefaultTimeout(60_000);
		this.current = page;
	}

	/** Every test's last sight is kept, to see why it failed; those with a name are for the README. */
	async screenshot(name: string, folder = documents): Promise<void> {
		mkdirSync(folder, { recursive: true });
		// What stands under the mouse shows more than it does to a reader, such as a tooltip.
		await this.page.mouse.move(0, 0);
		await this.page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
	}

	/** An image of one part of the page for the docs, in a folder there, with few bytes. */
	async image(part: Locator, name: string): Promise<void> {
		const path = join(documents, `${name}.webp`);
		mkdirSync(dirname(path), { recursive: true });
		await sharp(await part.screenshot())
			.resize(1000)
			.webp({ quality: 82 })
			.toFile(path);
	}

	/** A moving image for the README: `film` says when to look. */
	async movie(name: string, film: (movie: Movie) => Promise<void>): Promise<void> {
		const movie = new Movie(this.page);
		await film(movie);
		await movie.save(name, documents);
	}

	async close(): Promise<void> {
		await this.page.close();
	}

	async stop(): Promise<void> {
		await this.browser?.close();
	}
}

export function useScreen(): Screen {
	const screen = new Screen();
	// Where there is no Chromium yet, it is installed here.
	beforeAll(async () => await screen.start(), 600_000);
	beforeEach(async () => await screen.open());
	afterEach(async () => {
		const { currentTestName = 'test' } = expect.getState();
		await screen.screenshot(currentTestName.replace(/\W+/g, '-'), temporary);
		await screen.close();
	});
	afterAll(async () => await screen.stop());
	return screen;
}
