import { useAddresses } from '../../../../support/addresses';

const { refusalOf, sentFor } = useAddresses();

describe('an address that opens only with a log-in is refused before the order', () => {
	it.each([
		['https://files.slack.com/files-pri/T1-F1/a.png', 'Slack'],
		['https://files.slack.com/files-pri/T1-F1/download/a.png?origin_team=T1', 'Slack'],
		['https://files.slack.com/files-tmb/T1-F1-abc/a_720.png', 'Slack'],
		['https://acme.slack.com/files/U1/F1/a.png', 'Slack'],
		['https://acme.atlassian.net/rest/api/3/attachment/content/10001', 'Jira'],
		['https://acme.atlassian.net/secure/attachment/10001/a.png', 'Jira'],
		['https://acme.atlassian.net/wiki/download/attachments/1/a.png?version=1', 'Confluence'],
		['https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&hash=x', 'WhatsApp'],
		['https://graph.microsoft.com/v1.0/me/drive/items/1/content', 'Microsoft'],
		['https://acme.sharepoint.com/sites/shop/Shared%20Documents/a.png', 'SharePoint'],
		['https://www.googleapis.com/drive/v3/files/1AbC?alt=media', 'Google Drive'],
		['https://storage.cloud.google.com/bucket/a.png', 'Google Cloud'],
		['https://mail.google.com/mail/u/0?view=att&attid=0.1', 'Gmail'],
		['https://trello.com/1/cards/1/attachments/2/download/a.png', 'Trello'],
		['https://acme.monday.com/protected_static/1/resources/2/a.png', 'monday.com'],
		['https://api.typeform.com/responses/files/1/a.png', 'Typeform'],
		['https://api-data.line.me/v2/bot/message/1/content', 'LINE'],
		['https://content.dropboxapi.com/2/files/download', 'Dropbox'],
		['https://api.openai.com/v1/files/file-1/content', 'OpenAI'],
		['https://acme.enterprise.slack.com/archives/C1/p1', 'Slack'],
		[
			'https://acme.atlassian.net/wiki/rest/api/content/1/child/attachment/2/download',
			'Confluence',
		],
		['https://acme.atlassian.net/servicedesk/customershim/secure/attachment/1/a.png', 'Jira'],
		['https://eu-api.asm.skype.com/v1/objects/x/views/imgo', 'Microsoft'],
		['https://acme.my.salesforce.com/services/data/v60.0/x/VersionData', 'Salesforce'],
		['https://x.supabase.co/storage/v1/object/authenticated/b/a.png', 'Supabase'],
		['https://eu-central-1.console.aws.amazon.com/s3/object/b?prefix=a.png', 'AWS'],
		['https://3.basecamp.com/1/buckets/2/uploads/3/download/a.png', 'Basecamp'],
		['https://acme.monday.com/boards/1', 'monday.com'],
		['https://www.notion.so/image/https%3A%2F%2Fs3.example%2Fa.png?table=block', 'Notion'],
	])('%s', async (url, service) => {
		const error = await refusalOf(url);
		expect(error.message).toMatch(new RegExp(`entry 1 of 'Images'.*log-in.*${service}`));
		expect(error.description).toMatch(/HTTP Request node.*Source to File/);
	});

	it.each([
		'https://files.slack.com/files-pri/T1-F1/a.png?pub_secret=abc',
		'https://acme.sharepoint.com/_layouts/15/download.aspx?UniqueId=1&tempauth=x',
		'https://www.googleapis.com/drive/v3/files/1AbC?alt=media&key=x',
		'https://www.googleapis.com/download/storage/v1/b/x/o/a.png?alt=media',
		'https://x.supabase.co/storage/v1/object/public/b/a.png',
		'https://graph.facebook.com/v19.0/1/picture?type=large',
		'https://acme.notion.site/image/a.png?table=block',
		'https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1&signature=x',
	])('%s opens without one', async (url) => {
		expect(await sentFor(url, [url])).toEqual([url]);
	});

	it.each([
		'https://api.telegram.org/file/bot1:s3cret-token/photos/a.jpg',
		'https://api.telegram.org/bot1:s3cret-token/getFile?file_id=1',
	])("%s would give the bot's token away", async (url) => {
		const error = await refusalOf(url);
		expect(error.message).toMatch(/contains your bot's token/);
		expect(error.description).toMatch(/Telegram node.*Source to File/);
		expect(`${error.message}${error.description}`).not.toMatch(/s3cret/);
	});
});
