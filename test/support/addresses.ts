import type { NodeOperationError } from 'n8n-workflow';
import { failure, fromUrl, made, type EditBench } from './edit';

/** What an entry of Images with addresses comes to: the addresses that fal is sent, or the words of a refusal. */
export class AddressBench {
	constructor(private readonly bench: EditBench) {}

	/** Orders one edit, with these addresses open to fal. */
	async sentFor(url: unknown, known: string[], image: Buffer, json = {}): Promise<unknown> {
		this.bench.fal.settings.publicFiles = Object.fromEntries(known.map((one) => [one, image]));
		made(await this.bench.edit({ items: [{ json }], parameters: { images: fromUrl(url) } }));
		expect(this.bench.calls('submit')).toHaveLength(1);
		return this.bench.inputs()[0]?.image_urls;
	}

	/** The refusal of an item before any call. */
	async refusalOf(url: unknown, json = {}): Promise<NodeOperationError> {
		const run = { items: [{ json }], parameters: { images: fromUrl(url) } };
		const error = failure(await this.bench.edit(run));
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		expect(this.bench.fal.records).toEqual([]);
		return error as NodeOperationError;
	}
}
