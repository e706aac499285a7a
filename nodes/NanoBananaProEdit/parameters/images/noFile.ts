import { parsedUrl } from '../../../shared/fal/http/addresses';
import { LOGINS, PAGES } from './sites';

/** Why an address gives fal no image, or the address of the image itself where that is known. */
export type NoFile = { page: string } | { login: string } | { secret: string } | { direct: string };

type Rule = (url: URL) => NoFile | undefined;

const GOOGLE_ID = /\/d\/([\w-]{10,})/;

const googleDrive: Rule = (url) => {
	if (!/^(drive|docs)\.google\.com$/.test(url.hostname)) return undefined;
	const { pathname, searchParams } = url;
	if (/^\/(u\/\d+\/)?(thumbnail|download)$|\/export(\/|$)/.test(pathname)) return undefined;
	if (/^\/(u\/\d+\/)?uc$/.test(pathname) && searchParams.has('export')) return undefined;
	const isFile = /^\/([au]\/[^/]+\/)*(file|open|uc)(\/|$)/.test(pathname);
	const id = GOOGLE_ID.exec(pathname)?.[1] ?? searchParams.get('id');
	if (!isFile || !id) return { page: 'a page of Google Drive' };
	const key = searchParams.get('resourcekey');
	const more = key ? `&resourcekey=${encodeURIComponent(key)}` : '';
	return { direct: `https://drive.google.com/uc?export=download&id=${id}${more}` };
};

const dropbox: Rule = (url) => {
	if (!/^(www\.)?dropbox\.com$/.test(url.hostname)) return undefined;
	if (url.searchParams.get('raw') === '1' || url.searchParams.get('dl') === '1') return undefined;
	if (!/^\/(s|scl\/fi)\//.test(url.pathname)) return { page: 'a page of Dropbox' };
	// Changed as text: another order or spelling of the rest may not be what Dropbox has signed.
	const rest = url.search.replace(/^\?/, '').replace(/(^|&)dl=[^&]*/, '');
	const query = [rest.replace(/^&/, ''), 'dl=1'].filter(Boolean).join('&');
	return { direct: `${url.origin}${url.pathname}?${query}` };
};

/** Where a file of a repository is shown, and under what other word in the path it is the file. */
const CODE_HOSTS: Array<[host: RegExp, shown: RegExp, file: string]> = [
	[/^github\.com$/, /^(\/[^/]+\/[^/]+)\/blob\//, '$1/raw/'],
	[/./, /^(\/.+)\/-\/blob\//, '$1/-/raw/'],
	[/^bitbucket\.org$/, /^(\/[^/]+\/[^/]+)\/src\//, '$1/raw/'],
	[/^codeberg\.org$/, /^(\/[^/]+\/[^/]+)\/src\/(branch|commit|tag)\//, '$1/raw/$2/'],
	[/^huggingface\.co$/, /^((?:\/[^/]+){2,3})\/blob\//, '$1/resolve/'],
];

const codeHost: Rule = ({ hostname, pathname, origin }) => {
	const found = CODE_HOSTS.find(([host, shown]) => host.test(hostname) && shown.test(pathname));
	return found && { direct: origin + pathname.replace(found[1], found[2]) };
};

/** In every MediaWiki, the page of a file has its name behind `File:` or that word in another language, a large view behind `#/media/`. */
const WIKI_FILE = /^(?:\/wiki\/|#\/media\/)[^/:]+:([^/]+\.(?:png|jpe?g|webp|gif|svg|tiff?))$/i;

const wiki: Rule = ({ pathname, hash, origin }) => {
	const name = (WIKI_FILE.exec(hash) ?? WIKI_FILE.exec(pathname.replace(/%3a/i, ':')))?.[1];
	if (!name) return undefined;
	// fal takes no drawings; of these the wiki makes a PNG of one of its usual widths.
	const asImage = /\.(svg|tiff?)$/i.test(name) ? '?width=1280' : '';
	return { direct: `${origin}/wiki/Special:FilePath/${name}${asImage}` };
};

/** Imgur's own file server gives what its page shows, where the address says what kind of file it is. */
const imgur: Rule = ({ hostname, pathname }) =>
	/^(m\.|www\.)?imgur\.com$/.test(hostname) && /^\/\w+\.(png|jpe?g|webp|gif)$/.test(pathname)
		? { direct: `https://i.imgur.com${pathname}` }
		: undefined;

/** Pages that have the image's address in their own: of searches, and of who counts clicks. */
const AROUND: Array<[host: RegExp, path: RegExp, parameter: RegExp]> = [
	[/^(www\.|images\.)?google\.[a-z.]+$/, /^\/(imgres|url)$/, /^(imgurl|q|url)$/],
	[/^(www\.)?(bing|yandex)\.[a-z.]+$/, /^\/images\/search$/, /^(mediaurl|img_url)$/],
	[/^duckduckgo\.com$/, /^\/(l\/)?$/, /^(uddg|iai)$/],
	[/^(www\.)?reddit\.com$/, /^\/media$/, /^url$/],
	[/^l\.(facebook|instagram)\.com$|^slack-redir\.net$/, /./, /^u(rl)?$/],
	[/\.safelinks\.protection\.outlook\.com$/, /./, /^url$/],
];

const around: Rule = ({ hostname, pathname, searchParams }) => {
	const found = AROUND.find(([host, path]) => host.test(hostname) && path.test(pathname));
	const inner = [...searchParams].find(
		([name, value]) => found?.[2].test(name) && /^https?:/i.test(value) && parsedUrl(value),
	);
	return inner && { direct: inner[1] };
};

const needsLogin: Rule = ({ hostname, pathname, search }) => {
	const found = LOGINS.find(([, host, path = /./]) => host.test(hostname) && path.test(pathname));
	return found && !found[3]?.test(pathname + search) ? { login: found[0] } : undefined;
};

/** The end of a path that names an image's file. */
export const IMAGE_FILE = /\.(png|jpe?g|webp|gif|avif|heic)$/i;
const HTML_FILE = /\.html?$/i;
const NOT_AN_IMAGE =
	/\.(pdf|mp4|mov|avi|webm|mp3|zip|docx?|xlsx?|pptx?|csv|json|xml|txt|psd|eps)$/i;

const otherPage: Rule = ({ hostname, pathname, search, searchParams }) => {
	if (HTML_FILE.test(pathname)) return { page: 'a web page' };
	if (pathname + search === '/') return { page: 'a website' };
	if (search === '' && /\.svg$/i.test(pathname)) return { page: 'an SVG drawing' };
	const other = search === '' && NOT_AN_IMAGE.exec(pathname);
	if (other) return { page: `a file of the type ${other[1]!.toUpperCase()}` };
	if (IMAGE_FILE.test(pathname) || searchParams.get('download') === '1') return undefined;
	const site = hostname.replace(/^(www|m|mobile|[a-z]{2})\./, '');
	const found = PAGES.find(
		([, host, path = /./]) => (host.test(site) || host.test(hostname)) && path.test(pathname),
	);
	return found && { page: `a page of ${found[0]}` };
};

const discord: Rule = ({ hostname, pathname, searchParams }) =>
	/^(cdn\.discordapp\.com|media\.discordapp\.net)$/.test(hostname) &&
	/^\/(ephemeral-)?attachments\//.test(pathname) &&
	!searchParams.has('ex')
		? { page: 'a file of Discord without its signature (ex, is and hm)' }
		: undefined;

const telegram: Rule = ({ hostname, pathname }) =>
	hostname === 'api.telegram.org' && /^\/(file\/)?bot/.test(pathname)
		? { secret: hostname }
		: undefined;

const RULES = [
	...[googleDrive, dropbox, codeHost, wiki, imgur, around],
	...[discord, telegram, needsLogin, otherPage],
];

/** What people paste in place of an image's address; undefined for an address that may be a file's. */
export function noFile(url: URL): NoFile | undefined {
	for (const rule of RULES) {
		const found = rule(url);
		if (found) return found;
	}
	return undefined;
}
