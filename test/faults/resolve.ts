/**
 * `Name.node.ts` has a `Name.node.json` beside it. Node looks for a JSON file before a TypeScript one,
 * so its order is changed before the node is loaded.
 */
const extensions: Partial<NodeJS.RequireExtensions> = require.extensions;
const json = extensions['.json'];
delete extensions['.json'];
extensions['.json'] = json;
