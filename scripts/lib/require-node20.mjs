// Imported first, and kept to syntax that old versions of Node can read: only then
// does someone with an old Node see this sentence in place of a syntax error.
const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
	console.error(
		`\nThis needs Node 20 or newer to start, and you have ${process.versions.node}.\n` +
			'Install a current version from https://nodejs.org and try again.\n',
	);
	process.exit(1);
}
