import type { Message, RunningTelegram, Sent } from '../../services/telegram';
import { until } from '../../support/until';
import type { Bench } from './bench';
import { fileTypeOf } from './fileType';
import { photo, sha256, type PhotoName } from './images';

/** A person's chat with the bot whose workflow runs in n8n. */
export class Chat {
	constructor(
		private readonly bench: Bench,
		private readonly running: RunningTelegram,
		readonly workflowId: string,
	) {}

	get telegram() {
		return this.running.telegram;
	}

	async photo(name: PhotoName, content: Partial<Message> = {}): Promise<Message> {
		const sizes = await this.telegram.files.addPhoto(await photo(name));
		return this.telegram.message({ photo: sizes, ...content });
	}

	/** The hash of the largest size of a photo. */
	largest({ photo: sizes = [] }: Message): string {
		return sha256(this.telegram.files.bytesOf(sizes.at(-1)?.file_id));
	}

	/** Delivers messages and gives what the bot sends once all its runs are over. */
	async send(...messages: Message[]): Promise<Sent[]> {
		const before = this.telegram.sent.length;
		const runsBefore = (await this.runs()).length;
		for (const message of messages) expect(await this.telegram.deliver(message)).toBe(200);
		await until(
			async () => {
				const runs = await this.runs();
				const isOver = runs.every(({ status }) => status === 'success' || status === 'error');
				return isOver && runs.length === runsBefore + messages.length;
			},
			{ every: 50 },
		);
		expect((await this.runs()).map(({ status }) => status)).not.toContain('error');
		return this.telegram.sent.slice(before);
	}

	private async runs() {
		return await this.bench.n8n.api.executions(this.workflowId);
	}
}

/** The file that arrived in the chat is the one that fal made, with its right name and type. */
export async function expectMade(bench: Bench, sent: Sent | undefined): Promise<void> {
	const download = bench.fal.records.filter(({ stage }) => stage === 'download').at(-1);
	expect(sent?.file && sha256(sent.file.bytes)).toBe(sha256(await bench.atFal(download?.url)));
	const { mimeType, extension } = fileTypeOf(sent?.file?.bytes);
	expect(sent?.file).toMatchObject({ type: mimeType });
	expect(sent?.file?.fileName).toMatch(new RegExp(`\\.${extension}$`));
}
