import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Frame {
	functionName: string;
	url: string;
}

/** A file that Node writes with `--cpu-prof`; times in µs. */
interface CpuProfile {
	nodes: Array<{ id: number; callFrame: Frame; children?: number[] }>;
	samples: number[];
	timeDeltas: number[];
}

/** Milliseconds of a main thread, by whose code had it, most first. */
export interface Share {
	owner: string;
	ms: number;
}

const ours = (url: string) => url.includes('n8n-nodes-nano-banana-pro/dist/');

const isLoading = (stack: Frame[]) => stack.some(({ url }) => url.includes('modules/cjs/loader'));

const passes = (stack: Frame[], rooms: RegExp) =>
	stack.some(({ url }) => ours(url) && rooms.test(url)) && !isLoading(stack);

// The loop beside us calls our credential, whose key is read in fal/.
const ordered = (stack: Frame[]) => passes(stack, /\/(edits|requests)\//);
const working = (stack: Frame[]) => passes(stack, /\/(edits|requests|fal|images)\//);

/** The innermost caller counts that is not Node's own code: what Node does, it does for that one. */
function ownerOf(stack: Frame[]): string {
	const innermost = stack[0]?.functionName ?? '';
	if (['(idle)', '(program)', '(garbage collector)'].includes(innermost))
		return innermost.slice(1, -1);
	if (stack.some(({ url }) => /^node:.*tls/.test(url))) return 'TLS';
	const caller = stack.find(({ url }) => url.includes('node_modules/'))?.url;
	if (!caller) return 'Node, called by no package';
	if (ours(caller)) return 'our node';
	const [scope = '', name] = caller.slice(caller.lastIndexOf('node_modules/') + 13).split('/');
	return scope.startsWith('@') ? `${scope}/${name}` : scope;
}

/** The stack of each place in the profile, innermost first. */
function stacksOf({ nodes }: CpuProfile): Map<number, Frame[]> {
	const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((c) => [c, id])));
	const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
	const stackOf = (id: number | undefined): Frame[] =>
		id === undefined ? [] : [frames.get(id)!, ...stackOf(parents.get(id))];
	return new Map(nodes.map(({ id }) => [id, stackOf(id)]));
}

/** Who had the main thread between the first and the last sample of our node at work; none if it never ordered. */
function sharesOf(profile: CpuProfile): Share[] {
	const stacks = [...stacksOf(profile)];
	if (!stacks.some(([, stack]) => ordered(stack))) return [];
	const atWork = new Set(stacks.filter(([, stack]) => working(stack)).map(([id]) => id));
	const owners = new Map(stacks.map(([id, stack]) => [id, ownerOf(stack)]));
	const first = profile.samples.findIndex((id) => atWork.has(id));
	const last = profile.samples.findLastIndex((id) => atWork.has(id));
	const shares = new Map<string, number>();
	for (const [at, id] of profile.samples.slice(first, last + 1).entries()) {
		const owner = owners.get(id) ?? 'unknown';
		shares.set(owner, (shares.get(owner) ?? 0) + (profile.timeDeltas[first + at] ?? 0) / 1000);
	}
	const all = [...shares].map(([owner, ms]) => ({ owner, ms }));
	return all.sort((a, b) => b.ms - a.ms);
}

/**
 * Reads the profiles of a folder.
 *
 * @returns for each n8n in which our node was at work, in the order in which they ran
 */
export function readProfiles(folder: string): Share[][] {
	const files = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
	return files
		.sort()
		.map((name) => sharesOf(JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile))
		.filter((shares) => shares.length > 0);
}
