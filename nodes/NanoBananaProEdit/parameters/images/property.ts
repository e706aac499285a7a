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
		'The images to edit or combine, 1 to 14. The model sees them in this order, so the prompt can say "the first image".',
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
							description: 'A file that an earlier node gave',
						},
						{ name: 'URL', value: 'url', description: 'An address on the web' },
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
					hint: '* takes every file of the item that is an image, whatever its name',
					description:
						'The field that holds the file. Several names with commas between them, or a pattern such as Photo_*, take several files.',
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
						'A public address of an image. Several go one on a line or with commas, semicolons or bars between them, or come from an expression that gives a list.',
					displayOptions: { show: { source: ['url'] } },
				},
			],
		},
	],
};
