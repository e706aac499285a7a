import { createRequire } from 'node:module';
import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

const require = createRequire(import.meta.url);

const { compileFunction } = vm;
const here = vm.createContext();

// jest runs a test's code in the context that its environment names, and there is no name for the main one.
vm.compileFunction = (code, parameters, { parsingContext, ...options }) =>
	compileFunction(code, parameters, {
		...options,
		...(parsingContext !== here && { parsingContext }),
	});

/** Gives what undoes every change that will have been made to an object, or to some properties of it. */
function keep(object, some) {
	const before = Object.getOwnPropertyDescriptors(object);
	return () => {
		for (const name of some ?? Object.getOwnPropertyNames(object)) {
			const [then, now] = [before[name], Object.getOwnPropertyDescriptor(object, name)];
			if (!then) delete object[name];
			else if (then.value !== now.value || then.get !== now.get)
				Object.defineProperty(object, name, then);
		}
	};
}

/** Lets n8n's engine, where it was loaded, be as it is after a start. */
function forgetServices() {
	const core = require.cache[require.resolve('n8n-core')]?.exports;
	if (!core) return;
	require('@n8n/di').Container.reset();
	delete core.DataDeduplicationService.instance;
}

/**
 * The process itself in place of a world of its own for each file of tests, so that packages, n8n's engine
 * first of all, are loaded once (`package.mjs`), and an error or an array of theirs is one of ours. Our own
 * modules are loaded anew for each file, and what a file changes among the globals or spies on ends with it.
 */
export default class ProcessEnvironment extends TestEnvironment {
	constructor(config, context) {
		super(config, context);
		this.kept = [
			keep(globalThis),
			keep(process, ['exit', 'getBuiltinModule']),
			keep(Date, ['now']),
			keep(performance, ['now']),
			keep(AbortSignal, ['timeout']),
		];
		this.global = globalThis;
		this.global.requireOnce = require;
		this.moduleMocker = new this.moduleMocker.constructor(globalThis);
		const FakeTimers = this.fakeTimersModern.constructor;
		this.fakeTimersModern = new FakeTimers({ config: config.projectConfig, global: globalThis });
	}

	getVmContext() {
		return here;
	}

	async teardown() {
		this.moduleMocker.restoreAllMocks();
		await super.teardown();
		for (const undo of this.kept) undo();
		forgetServices();
	}
}
