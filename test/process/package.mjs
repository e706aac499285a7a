/** The code by which a file of tests gets a package: from Node, which loads it once a process. */
export default {
	process: (_source, filename) => ({
		code: `module.exports = requireOnce(${JSON.stringify(filename)});`,
	}),
};
