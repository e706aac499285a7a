import ProcessEnvironment from '../process/environment.mjs';

/** The first test of a file that fails is the last: a mutant on which every test hangs would take minutes. */
export default class FailFast extends ProcessEnvironment {
	hasFailed = false;

	handleTestEvent({ name, test }) {
		if (name === 'test_done') this.hasFailed ||= test.errors.length > 0;
		if (name === 'test_start' && this.hasFailed) test.mode = 'skip';
	}
}
