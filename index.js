// n8n loads the files named in package.json under "n8n"; requiring the package itself gives nothing.
module.exports = {};
