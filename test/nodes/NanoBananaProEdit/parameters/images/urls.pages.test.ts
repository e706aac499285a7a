import { useAddresses } from '../../../../support/addresses';
import { failure, PUBLIC_URL } from '../../../../support/edit';

const { bench, refusalOf, sentFor } = useAddresses();

describe('the page of an image', () => {
	const drive = 'https://drive.google.com/uc?export=download&id=1AbCdEfGhIjKlMnOp';
	it.each([
		['https://drive.google.com/file/d/1AbCdEfGhIjKlMnOp/view?usp=sharing', drive],
		['https://drive.google.com/file/u/1/d/1AbCdEfGhIjKlMnOp/edit', drive],
		['https://drive.google.com/open?id=1AbCdEfGhIjKlMnOp', drive],
		['https://drive.google.com/a/acme.com/file/d/1AbCdEfGhIjKlMnOp/view', drive],
		['https://drive.google.com/uc?id=1AbCdEfGhIjKlMnOp', drive],
		[drive, drive],
		['https://www.dropbox.com/s/abc/a.png?dl=0', 'https://www.dropbox.com/s/abc/a.png?dl=1'],
		['https://www.dropbox.com/s/abc/a.png', 'https://www.dropbox.com/s/abc/a.png?dl=1'],
		[
			'https://www.dropbox.com/scl/fi/x1/a.png?rlkey=k2&st=3&dl=0',
			'https://www.dropbox.com/scl/fi/x1/a.png?rlkey=k2&st=3&dl=1',
		],
		['https://www.dropbox.com/s/abc/a.png?raw=1', 'https://www.dropbox.com/s/abc/a.png?raw=1'],
		['https://github.com/o/r/blob/main/a.png', 'https://github.com/o/r/raw/main/a.png'],
		['https://gitlab.com/g/h/r/-/blob/main/a.png', 'https://gitlab.com/g/h/r/-/raw/main/a.png'],
		['https://git.example.com/g/r/-/blob/v1/a.png', 'https://git.example.com/g/r/-/raw/v1/a.png'],
		['https://bitbucket.org/o/r/src/main/a.png', 'https://bitbucket.org/o/r/raw/main/a.png'],
		[
			'https://codeberg.org/o/r/src/branch/main/a.png',
			'https://codeberg.org/o/r/raw/branch/main/a.png',
		],
		[
			'https://huggingface.co/datasets/o/d/blob/main/a.png',
			'https://huggingface.co/datasets/o/d/resolve/main/a.png',
		],
		[
			'https://commons.wikimedia.org/wiki/File:Blue_mug_(1).jpg',
			'https://commons.wikimedia.org/wiki/Special:FilePath/Blue_mug_(1).jpg',
		],
		[
			'https://de.wikipedia.org/wiki/Datei:Größe, alt.png?uselang=de',
			'https://de.wikipedia.org/wiki/Special:FilePath/Gr%C3%B6%C3%9Fe,%20alt.png',
		],
		[
			'https://en.wikipedia.org/wiki/Cat#/media/File:Cat_A%26B.jpg',
			'https://en.wikipedia.org/wiki/Special:FilePath/Cat_A%26B.jpg',
		],
		[
			'https://commons.m.wikimedia.org/wiki/File:Logo.svg',
			'https://commons.m.wikimedia.org/wiki/Special:FilePath/Logo.svg?width=1280',
		],
		[
			'https://upload.wikimedia.org/wikipedia/commons/a/a1/Cat.jpg',
			'https://upload.wikimedia.org/wikipedia/commons/a/a1/Cat.jpg',
		],
		[
			'https://mugs.fandom.com/wiki/File:Mug.png',
			'https://mugs.fandom.com/wiki/Special:FilePath/Mug.png',
		],
		['https://imgur.com/AbCdEfG.jpg', 'https://i.imgur.com/AbCdEfG.jpg'],
		['https://i.imgur.com/AbCdEfG.png', 'https://i.imgur.com/AbCdEfG.png'],
		[
			'https://www.google.com/imgres?imgurl=https%3A%2F%2Fexample.com%2Fa.png&tbnid=1',
			'https://example.com/a.png',
		],
		...[
			'https://www.google.com/url?sa=i&url=https%3A%2F%2Fexample.com%2Fa.png&psig=1',
			'https://www.google.com/url?q=https%3A%2F%2Fexample.com%2Fa.png&sa=D',
			'https://www.bing.com/images/search?view=detailV2&mediaurl=https%3A%2F%2Fexample.com%2Fa.png',
			'https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.com%2Fa.png&h=1',
			'https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.com%2Fa.png&data=1',
			'https://images.google.com/imgres?imgurl=https%3A%2F%2Fexample.com%2Fa.png',
			'https://duckduckgo.com/?q=mug&ia=images&iai=https%3A%2F%2Fexample.com%2Fa.png',
			'https://slack-redir.net/link?url=https%3A%2F%2Fexample.com%2Fa.png',
		].map((around): [string, string] => [around, 'https://example.com/a.png']),
		...[
			'https://onedrive.live.com/download?resid=1&authkey=2',
			'https://contoso.sharepoint.com/:i:/s/x/abc?download=1',
			'https://example.com/a.svg?format=png',
			'https://example.com/?image=1',
		].map((file): [string, string] => [file, file]),
		['https://www.reddit.com/media?url=https%3A%2F%2Fi.redd.it%2Fa.png', 'https://i.redd.it/a.png'],
		['https://m.media-amazon.com/images/I/a.jpg', 'https://m.media-amazon.com/images/I/a.jpg'],
		['https://unsplash.com/photos/x1/download', 'https://unsplash.com/photos/x1/download'],
		['https://i.pinimg.com/originals/a/b.jpg', 'https://i.pinimg.com/originals/a/b.jpg'],
		['https://slack-imgs.com/?c=1&o1=x&url=y', 'https://slack-imgs.com/?c=1&o1=x&url=y'],
	])('%s is turned into the address of the file', async (page, direct) => {
		expect(await sentFor(page, [direct])).toEqual([direct]);
	});

	it.each([
		['https://drive.google.com/drive/folders/1AbCdEfGhIjKlMnOp', /page of Google Drive/],
		['https://docs.google.com/document/d/1AbCdEfGhIjKlMnOp/edit', /page of Google Drive/],
		['https://www.dropbox.com/scl/fo/x1/y2?rlkey=k', /page of Dropbox/],
		['https://photos.app.goo.gl/abc', /page of Google Photos/],
		['https://1drv.ms/i/s!abc', /page of OneDrive/],
		['https://example.com/gallery/photo.html', /a web page/],
		['https://imgur.com/AbCdEfG', /page of Imgur/],
		['https://imgur.com/a/AbCdEfG', /page of Imgur/],
		['https://m.imgur.com/gallery/a-mug-AbCdEfG', /page of Imgur/],
		['https://i.imgur.com/AbCdEfG.gifv', /page of Imgur/],
		['https://commons.wikimedia.org/wiki/Category:Mugs', /page of Wikimedia/],
		['https://en.m.wikipedia.org/wiki/Cat', /page of Wikipedia/],
		['https://www.flickr.com/photos/someone/5312345678/', /page of Flickr/],
		['https://flic.kr/p/2abcd', /page of Flickr/],
		['https://www.pinterest.co.uk/pin/123/', /page of Pinterest/],
		['https://de.pinterest.com/pin/123/', /page of Pinterest/],
		['https://pin.it/abc', /page of Pinterest/],
		['https://unsplash.com/photos/a-mug-x1', /page of Unsplash/],
		['https://www.pexels.com/photo/a-mug-123/', /page of Pexels/],
		['https://pixabay.com/photos/mug-123/', /page of Pixabay/],
		['https://www.instagram.com/p/AbC/', /page of Instagram/],
		['https://www.facebook.com/photo/?fbid=1', /page of Facebook/],
		['https://x.com/someone/status/1/photo/1', /page of X/],
		['https://twitter.com/someone/status/1', /page of X/],
		['https://www.reddit.com/r/pics/comments/1/x/', /page of Reddit/],
		['https://www.linkedin.com/posts/someone_1', /page of LinkedIn/],
		['https://www.youtube.com/watch?v=1', /page of YouTube/],
		['https://www.amazon.de/dp/B0ABCDEFGH', /page of Amazon/],
		['https://www.etsy.com/listing/1/mug', /page of Etsy/],
		['https://www.canva.com/design/DAF/view', /page of Canva/],
		['https://www.figma.com/design/x/y', /page of Figma/],
		['https://someone.notion.site/Mug-1a2b', /page of Notion/],
		['https://airtable.com/appX/tblY/viwZ', /page of Airtable/],
		['https://we.tl/t-abc', /page of WeTransfer/],
		['https://share.icloud.com/photos/0ab', /page of iCloud/],
		['https://app.box.com/s/abc', /page of Box/],
		['https://ibb.co/abc', /page of ImgBB/],
		['https://postimg.cc/abc', /page of Postimages/],
		['https://giphy.com/gifs/x-1', /page of Giphy/],
		['https://www.google.com/search?q=mug&udm=2', /page of Google/],
		['https://slack-files.com/T1-F1-abc', /page of Slack/],
		['https://contoso.sharepoint.com/:i:/s/x/abc?e=1', /page of SharePoint/],
		['https://prnt.sc/abc', /page of Lightshot/],
		['https://t.me/channel/12', /page of Telegram/],
		['https://www.threads.net/@a/post/b', /page of Threads/],
		['https://example.com', /a website, not of an image/],
		['https://example.com/logo.svg', /an SVG drawing, not of an image/],
		['https://acme.zendesk.com/api/v2/attachments/1.json', /a file of the type JSON/],
		['https://photos.onedrive.com/share/1', /page of OneDrive/],
		['https://example.com/a.PDF', /a file of the type PDF, not of an image/],
		['https://github.com/u/r/blob/main/a.mp4', /a file of the type MP4, not of an image/],
		['https://cdn.discordapp.com/attachments/1/2/a.png', /Discord.*signature/],
	])('%s is said to be one', async (page, message) => {
		const error = await refusalOf(page);
		expect(error.message).toMatch(message);
		expect(error.message).toMatch(/entry 1 of 'Images'/);
		expect(error.description).toMatch(/Use the address of the image itself/);
	});

	it('that only fal finds out is told as one', async () => {
		const page = Buffer.from('<!DOCTYPE html><html><body>Log in</body></html>');
		bench.fal.settings.publicFiles = { [PUBLIC_URL]: page };
		const error = failure(await bench.edit());
		expect(error.description).toMatch(/not to a page/);
		expect(bench.calls('submit')).toHaveLength(1);
	});
});
