import { noFile } from '../../../../../nodes/NanoBananaProEdit/parameters/images/noFile';

const found = (address: string) => noFile(new URL(address));
const withHost = (address: string, host: (name: string) => string) => {
	const url = new URL(address);
	url.hostname = host(url.hostname);
	return url.href;
};

/** Of hosts that are one each; a site with hosts of its users' names has no host that looks like its own. */
const PAGES: Array<[name: string, ...addresses: string[]]> = [
	['Google Photos', 'https://photos.google.com/share/1', 'https://photos.app.goo.gl/1'],
	['OneDrive', 'https://1drv.ms/i/1', 'https://onedrive.live.com/?id=1'],
	['iCloud', 'https://www.icloud.com/photos/1', 'https://share.icloud.com/photos/1'],
	['WeTransfer', 'https://we.tl/t-1', 'https://wetransfer.com/downloads/1'],
	['Box', 'https://box.com/s/1', 'https://box.com/file/1'],
	['MEGA', 'https://mega.nz/file/1'],
	['MediaFire', 'https://www.mediafire.com/file/1'],
	['Wikimedia', 'https://wikimedia.org/wiki/Mug', 'https://wikimedia.org/w/index.php'],
	['Wikipedia', 'https://wikipedia.org/wiki/Mug', 'https://wikipedia.org/w/index.php'],
	['Imgur', 'https://imgur.com/1', 'https://i.imgur.com/1'],
	['ImgBB', 'https://ibb.co/1', 'https://imgbb.com/1'],
	['Postimages', 'https://postimg.cc/1', 'https://postimages.org/1'],
	['Gyazo', 'https://gyazo.com/1'],
	[
		'Giphy',
		'https://giphy.com/gifs/1',
		'https://giphy.com/stickers/1',
		'https://giphy.com/clips/1',
	],
	['Tenor', 'https://tenor.com/view/1', 'https://tenor.com/en-GB/view/1'],
	['Flickr', 'https://www.flickr.com/photos/1', 'https://flic.kr/p/1'],
	['Pinterest', 'https://pin.it/1'],
	['Unsplash', 'https://unsplash.com/photos/1'],
	['Pexels', 'https://www.pexels.com/photo/1'],
	['Pixabay', 'https://pixabay.com/photos/1'],
	['Shutterstock', 'https://www.shutterstock.com/image-photo/1'],
	['iStock', 'https://www.istockphoto.com/photo/1'],
	['Instagram', 'https://www.instagram.com/p/1', 'https://instagr.am/p/1'],
	['Facebook', 'https://www.facebook.com/photo', 'https://fb.com/1', 'https://fb.watch/1'],
	['X', 'https://x.com/a', 'https://twitter.com/a', 'https://t.co/a'],
	['Reddit', 'https://www.reddit.com/r/1', 'https://old.reddit.com/r/1', 'https://redd.it/1'],
	['LinkedIn', 'https://www.linkedin.com/posts/1'],
	['TikTok', 'https://www.tiktok.com/@a/video/1'],
	['YouTube', 'https://www.youtube.com/watch?v=1', 'https://youtu.be/1'],
	['Behance', 'https://www.behance.net/gallery/1'],
	['Dribbble', 'https://dribbble.com/shots/1'],
	['DeviantArt', 'https://www.deviantart.com/a/art/1'],
	['Etsy', 'https://www.etsy.com/listing/1'],
	['Canva', 'https://www.canva.com/design/1'],
	['Figma', 'https://www.figma.com/design/1'],
	['Notion', 'https://notion.so/1'],
	['Airtable', 'https://airtable.com/app1'],
	['Slack', 'https://slack-files.com/T1-F1'],
	['Discord', 'https://discord.com/channels/1/2/3', 'https://discordapp.com/api/v10/channels/1'],
	['GitHub', 'https://github.com/o/r', 'https://github.com/o/r/tree/main/img'],
	['GitHub', 'https://gist.github.com/o/1a2b'],
	['Google', 'https://share.google/images/1'],
	['Bing', 'https://www.bing.com/images/search?q=mug'],
	['Amazon', 'https://amzn.to/1'],
	['Midjourney', 'https://www.midjourney.com/jobs/1'],
	['ChatGPT', 'https://chatgpt.com/s/m_1', 'https://chat.openai.com/share/1'],
	['Gemini', 'https://gemini.google.com/share/1'],
	['ArtStation', 'https://www.artstation.com/artwork/1'],
	['Adobe Stock', 'https://stock.adobe.com/images/mug/1'],
];

const LOGINS: Array<[service: string, ...addresses: string[]]> = [
	['WhatsApp', 'https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1'],
	['Microsoft', 'https://graph.microsoft.com/v1.0/me/drive/items/1/content'],
	['Google Drive', 'https://www.googleapis.com/drive/v3/files/1?alt=media'],
	['Google Cloud', 'https://storage.cloud.google.com/bucket/a.png'],
	['Google Cloud', 'https://console.cloud.google.com/storage/browser/b/a.png'],
	['Google Photos', 'https://photoslibrary.googleapis.com/v1/mediaItems/1'],
	['Google Chat', 'https://chat.googleapis.com/v1/media/1?alt=media'],
	['Gmail', 'https://gmail.googleapis.com/gmail/v1/users/me/messages/1/attachments/2'],
	['Microsoft', 'https://outlook.office.com/owa/service.svc/s/GetAttachmentThumbnail?id=1'],
	['Jira', 'https://api.atlassian.com/ex/jira/1/rest/api/3/attachment/content/1'],
	['Facebook', 'https://graph.facebook.com/v19.0/123'],
	['HubSpot', 'https://api.hubapi.com/filemanager/api/v3/files/1/signed-url-redirect'],
	['Airtable', 'https://api.airtable.com/v0/app1/tbl1'],
	['Asana', 'https://app.asana.com/app/asana/-/get_asset?asset_id=1'],
	['Box', 'https://api.box.com/2.0/files/1/content'],
	['Gmail', 'https://mail.google.com/mail/u/0?view=att'],
	['Trello', 'https://trello.com/1/cards/1/attachments/2/download/a.png'],
	['Trello', 'https://api.trello.com/1/cards/1/attachments/2/download/a.png'],
	['Typeform', 'https://api.typeform.com/responses/files/1/a.png'],
	['LINE', 'https://api-data.line.me/v2/1/content', 'https://api.line.me/v2/1/content'],
	['Dropbox', 'https://content.dropboxapi.com/2/1', 'https://api.dropboxapi.com/2/1'],
	['OpenAI', 'https://api.openai.com/v1/files/file-1/content'],
	['Notion', 'https://notion.so/image/1', 'https://www.notion.so/signed/1'],
];

const each = (rows: typeof PAGES) =>
	rows.flatMap(([name, ...addresses]) => addresses.map((address) => [name, address] as const));

it.each(each(PAGES))('a page of %s: %s', (name, address) => {
	expect(found(address)).toEqual({ page: `a page of ${name}` });
});

it.each(each(LOGINS))('a log-in at %s: %s', (login, address) => {
	expect(found(address)).toEqual({ login });
});

it.each(each([...PAGES, ...LOGINS]))('a host that looks like one of %s: %s', (_, address) => {
	expect(found(withHost(address, (host) => `my-${host}`))).toBeUndefined();
	expect(found(withHost(address, (host) => `${host}.example.com`))).toBeUndefined();
});

// These are found in every country, so what follows the name is theirs.
it.each([
	'https://www.google.de/search?q=mug',
	'https://www.amazon.co.uk/dp/1',
	'https://www.ebay.fr/itm/1',
	'https://www.pinterest.co.uk/pin/1',
	'https://www.gettyimages.de/detail/photo/mug-1/2',
])('a page in some country, and not of a host that looks like it: %s', (address) => {
	expect(found(address)).toHaveProperty('page');
	expect(found(withHost(address, (host) => `my-${host}`))).toBeUndefined();
});
