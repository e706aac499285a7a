/**
 * What an edit counts in the units of fal's price list, which has the base price only. From fal's page
 * on the model (fal.ai/models/fal-ai/nano-banana-pro), as of 2026: 0.15 USD an image at 1K and 2K, the
 * double at 4K, 0.015 USD more with web search. Whether that is for an image or a request the page does
 * not say, so the dearer one stands here.
 */
export const UNITS = {
	image: { '1K': 1, '2K': 1, '4K': 2 },
	/** more for each image */
	webSearch: 0.1,
};

/** The units that the table above is about, in the words of the price list. */
export const IS_FOR_IMAGES = /^images?$/;
