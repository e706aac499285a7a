import {
	categoryOf,
	checkedRule,
	rulesIn,
	type Category,
	type FaultRule,
	type FaultStage,
} from './rules';

export type { FaultRule } from './rules';

/** What a rule can be matched with. */
export interface Subject {
	/** Prompt or file name: it can carry rules of its own. */
	text?: string;
	fileName?: string;
	requestId?: string;
	url?: string;
}

export class Faults {
	private readonly rules: FaultRule[] = [];
	private readonly seen = new Map<string, number>();
	private readonly used = new Map<string, number>();

	add(rule: FaultRule): void {
		this.rules.push(checkedRule(rule));
	}

	clear(): void {
		this.rules.length = 0;
		this.seen.clear();
		this.used.clear();
	}

	/** The first rule that strikes now; it counts as used. */
	take(stage: FaultStage, category: Category, subject: Subject): FaultRule | undefined {
		const asked = rulesIn(subject.text ?? '');
		// A tag counts for its own request: two jobs with one prompt each get their three failures.
		const owner = subject.requestId ?? subject.text ?? '';
		const candidates = [
			...this.rules.map((rule, index) => ({ rule, id: `rule ${index}` })),
			...asked.map((rule, index) => ({ rule, id: `tag ${index} ${stage} ${owner}` })),
		];
		return candidates.find(
			({ rule, id }) =>
				rule.stage === stage &&
				categoryOf(rule.stage, rule.kind) === category &&
				fits(rule, subject) &&
				this.counts(rule, id),
		)?.rule;
	}

	private counts(rule: FaultRule, id: string): boolean {
		const seen = (this.seen.get(id) ?? 0) + 1;
		this.seen.set(id, seen);
		if (seen < (rule.match?.nth ?? 1)) return false;
		const used = this.used.get(id) ?? 0;
		if (used >= (rule.times ?? Infinity)) return false;
		this.used.set(id, used + 1);
		return true;
	}
}

function fits({ match = {} }: FaultRule, subject: Subject): boolean {
	return (
		within(match.prompt, subject.text) &&
		within(match.fileName, subject.fileName) &&
		within(match.requestId, subject.requestId) &&
		within(match.url, subject.url)
	);
}

function within(part: string | undefined, whole = ''): boolean {
	return part === undefined || whole.includes(part);
}
