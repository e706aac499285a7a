import type { IDataObject, NodeOperationError } from 'n8n-workflow';
import { failure, fromUrl, made, useEditBench } from './edit';
import { makeImage } from './images';

/** What an entry of Images with addresses comes to: the addresses that fal is sent, or the words of a refusal. */
export function useAddresses() {
	const bench = useEditBench();
	let image = Buffer.alloc(0);
	beforeAll(async () => {
		image = await makeImage('png', 50);
	});
	const edit = async (url: unknown, json: IDataObject) =>
		await bench.edit({ items: [{ json }], parameters: { images: fromUrl(url) } });
	return {
		bench,
		/** what every open address holds */
		image: () => image,

		/** Orders one edit, with these addresses open to fal. */
		async sentFor(url: unknown, known: string[], json: IDataObject = {}): Promise<unknown> {
			bench.fal.settings.publicFiles = Object.fromEntries(known.map((one) => [one, image]));
			made(await edit(url, json));
			expect(bench.calls('submit')).toHaveLength(1);
			return bench.inputs()[0]?.image_urls;
		},

		/** The refusal of an item before any call. */
		async refusalOf(url: unknown, json: IDataObject = {}): Promise<NodeOperationError> {
			const error = failure(await edit(url, json));
			expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
			expect(bench.fal.records).toEqual([]);
			return error as NodeOperationError;
		},
	};
}
