import type { INodeProperties } from 'n8n-workflow';

/** `image_urls`: the one field that is not a value but made from files and addresses (images.ts). */
export const imagesProperty: INodeProperties = {
	displayName: 'Images',
	name: 'images',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true, multipleValueButtonText: 'Add Image' },
	placeholder: 'Add Image',
	default: { values: [{ source: 'binary', binaryPropertyName: '*' }] },
	description:
		'The images to edit or combine, up to 14. The model sees them in this order, so the prompt can refer to "the first image".',
	options: [
		{
			displayName: 'Image',
			name: 'values',
			values: [
				{
					displayName: 'Source',
					name: 'source',
					type: 'options',
					options: [
						{
							name: 'File',
							value: 'binary',
							description: 'A file from an earlier node',
						},
						{ name: 'URL', value: 'url', description: 'The public address of an image' },
					],
					default: 'binary',
					description: 'Where the image comes from',
				},
				{
					displayName: 'Input Data Field Name(s)',
					name: 'binaryPropertyName',
					type: 'string',
					default: '*',
					placeholder: 'e.g. data',
					hint: 'Use * for every image file of the item',
					description:
						'The name of the binary field that holds the file. To use several files, enter names separated by commas or a pattern such as Photo_*.',
					displayOptions: { show: { source: ['binary'] } },
				},
				{
					displayName: 'URL(s)',
					name: 'url',
					type: 'string',
					typeOptions: { rows: 1 },
					default: '',
					placeholder: 'e.g. https://example.com/photo.jpg',
					description:
						'The public address of an image. To use several, enter one per line, separate them with commas, semicolons or vertical bars, or use an expression that returns a list.',
					displayOptions: { show: { source: ['url'] } },
				},
			],
		},
	],
};
