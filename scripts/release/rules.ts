/** What of the project decides whether it may be published. */
export interface Release {
	manifest: {
		name: string;
		version: string;
		author: { email?: string };
		repository: { url: string };
		homepage?: string;
		dependencies?: object;
		publishConfig?: { provenance?: boolean };
		scripts: Record<string, string>;
	};
	/** the version that the lock file says */
	locked: string;
	changelog: string;
	/** paths in what npm packs */
	packed: string[];
	/** the tag that is to be published, when there is one */
	tag?: string;
}

export interface Finding {
	/** what was looked at */
	rule: string;
	/** why it does not hold; nothing where it does */
	problem?: string;
}

const versionHeading = (version: string) =>
	new RegExp(`^## \\[?${version.replaceAll('.', '\\.')}\\]? - \\d{4}-\\d{2}-\\d{2}$`, 'm');

const ALLOWED = /^(dist\/|index\.js$|README\.md$|LICENSE$|package\.json$)/;

const when = (fails: boolean, problem: string) => (fails ? problem : undefined);

/** The rules that hold before every release, each with what is wrong. */
export function findings({ manifest, locked, changelog, packed, tag }: Release): Finding[] {
	const { version, dependencies = {}, publishConfig, scripts } = manifest;
	const strangers = packed.filter((path) => !ALLOWED.test(path));
	return [
		{
			rule: 'package.json and package-lock.json have one version',
			problem: when(version !== locked, `${version} and ${locked}`),
		},
		{
			rule: 'CHANGELOG.md has the version with its day',
			problem: when(
				!versionHeading(version).test(changelog),
				`there is no heading "## ${version} - <year>-<month>-<day>"`,
			),
		},
		{
			rule: 'the tag is the version',
			problem: when(
				tag !== undefined && tag !== version,
				`the tag is ${tag}, the version ${version}`,
			),
		},
		{
			rule: 'nothing is needed at run time but n8n',
			problem: when(Object.keys(dependencies).length > 0, 'package.json has dependencies'),
		},
		{
			rule: 'the package holds what runs, and no more',
			problem:
				when(!packed.some((path) => path.startsWith('dist/')), 'dist is empty') ??
				when(strangers.length > 0, `it also holds ${strangers.slice(0, 3).join(', ')}`),
		},
		{
			rule: 'only the workflow can publish',
			problem:
				when(publishConfig?.provenance !== true, 'publishConfig.provenance is not on') ??
				when(scripts.prepublishOnly !== 'n8n-node prerelease', 'prepublishOnly is not the guard'),
		},
	];
}

const PLACEHOLDER = /\.example\b|<[^>]*>|your-/;

/** What only the owner can give, each in its one place; a rule with no problem is given. */
export function ownersPart({ manifest }: Pick<Release, 'manifest'>): Finding[] {
	const { author, repository, homepage = '' } = manifest;
	const open = (value = '') => when(value === '' || PLACEHOLDER.test(value), 'only a placeholder');
	return [
		{ rule: `author.email in package.json (${author.email})`, problem: open(author.email) },
		{ rule: `repository.url in package.json (${repository.url})`, problem: open(repository.url) },
		{ rule: `homepage in package.json (${homepage})`, problem: open(homepage) },
	];
}
