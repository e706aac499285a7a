/** What a page that shows an image is, and the address of the image itself where that is known. */
export type SharedPage = { what: string } | { direct: string };

type Rule = (url: URL) => SharedPage | undefined;

const GOOGLE_ID = /\/d\/([\w-]{10,})/;

const googleDrive: Rule = (url) => {
	if (!/^(drive|docs)\.google\.com$/.test(url.hostname)) return undefined;
	const { pathname, searchParams } = url;
	if (/^\/(u\/\d+\/)?(thumbnail|download)$|\/export(\/|$)/.test(pathname)) return undefined;
	if (/^\/(u\/\d+\/)?uc$/.test(pathname) && searchParams.has('export')) return undefined;
	const isFile = /^\/(u\/\d+\/)?(file|open|uc)(\/|$)/.test(pathname);
	const id = GOOGLE_ID.exec(pathname)?.[1] ?? searchParams.get('id');
	if (!isFile || !id) return { what: 'a page of Google Drive' };
	const key = searchParams.get('resourcekey');
	const more = key ? `&resourcekey=${encodeURIComponent(key)}` : '';
	return { direct: `https://drive.google.com/uc?export=download&id=${id}${more}` };
};

const dropbox: Rule = (url) => {
	if (!/^(www\.)?dropbox\.com$/.test(url.hostname)) return undefined;
	if (url.searchParams.get('raw') === '1' || url.searchParams.get('dl') === '1') return undefined;
	if (!/^\/(s|scl\/fi)\//.test(url.pathname)) return { what: 'a page of Dropbox' };
	// Changed as text: another order or spelling of the rest may not be what Dropbox has signed.
	const rest = url.search.replace(/^\?/, '').replace(/(^|&)dl=[^&]*/, '');
	const query = [rest.replace(/^&/, ''), 'dl=1'].filter(Boolean).join('&');
	return { direct: `${url.origin}${url.pathname}?${query}` };
};

const gitHub: Rule = ({ hostname, pathname, origin }) => {
	const [, repository, path] = /^(\/[^/]+\/[^/]+)\/blob\/(.+)$/.exec(pathname) ?? [];
	return hostname === 'github.com' && path
		? { direct: `${origin}${repository}/raw/${path}` }
		: undefined;
};

const PAGES: Array<[host: RegExp, path: RegExp, what: string]> = [
	[/^photos\.(google\.com|app\.goo\.gl)$/, /./, 'a page of Google Photos'],
	[/^(1drv\.ms|onedrive\.live\.com)$/, /./, 'a page of OneDrive'],
	[/\.sharepoint\.com$/, /^\/:\w:\//, 'a page of SharePoint'],
	[/^(www\.)?icloud\.com$|^share\.icloud\.com$/, /./, 'a page of iCloud'],
	[/^(we\.tl|(www\.)?wetransfer\.com)$/, /./, 'a page of WeTransfer'],
	[/^(www\.)?(airtable|notion|canva|figma|instagram|pinterest)\.(com|so)$/, /./, 'a page'],
	[/./, /\.html?$/i, 'a web page'],
];

const known: Rule = ({ hostname, pathname }) => {
	const page = PAGES.find(([host, path]) => host.test(hostname) && path.test(pathname));
	return page && { what: page[2] };
};

/** Services whose "share" button gives the address of a page; undefined for an address that may be a file's. */
export function sharedPage(url: URL): SharedPage | undefined {
	for (const rule of [googleDrive, dropbox, gitHub, known]) {
		const page = rule(url);
		if (page) return page;
	}
	return undefined;
}
