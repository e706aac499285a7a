import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';
import { FalApi } from '../../credentials/FalApi.credentials';
import { FalTrigger } from '../../nodes/FalTrigger/FalTrigger.node';
import { NanoBananaProEdit } from '../../nodes/NanoBananaProEdit/NanoBananaProEdit.node';
import { readDocs } from '../../scripts/docs/read';
import { shownTexts, templateTexts, type Text } from '../../scripts/docs/texts';

type Entry = INodeProperties | INodePropertyCollection | INodePropertyOptions;

const nodes = [new NanoBananaProEdit().description, new FalTrigger().description];
const credential = new FalApi();

/** A parameter, option or choice, and all that stand inside it. */
function withInner(entry: Entry): Entry[] {
	const options = 'options' in entry ? (entry.options ?? []) : [];
	return [entry, ...[...options, ...('values' in entry ? entry.values : [])].flatMap(withInner)];
}

const entries = [...nodes, credential].flatMap(({ properties }) => properties.flatMap(withInner));

/** A notice has sentences for a label, and a choice its name. */
const labels = [
	...[...nodes, credential].map(({ displayName }) => displayName),
	...nodes.flatMap(({ subtitle = '' }) => subtitle.match(/(?<=: ')[^']+|^[^{]+$/g) ?? []),
	...nodes.flatMap(({ outputNames }) => outputNames ?? []),
	...entries.flatMap((entry) =>
		'displayName' in entry
			? 'type' in entry && entry.type === 'notice'
				? []
				: [entry.displayName]
			: [entry.name],
	),
];

const shown = shownTexts();
const templates = templateTexts();
const pages = readDocs().pages.map(({ path, text }): Text => [path, text]);

const within = (texts: Text[], word: RegExp) =>
	texts.flatMap(([place, text]) => {
		const found = word.exec(text);
		return found
			? [`${place}: ${text.slice(Math.max(0, found.index - 40), found.index + 40)}`]
			: [];
	});

it('there is something to look at', () => {
	expect(labels.length).toBeGreaterThan(60);
	expect(shown.length).toBeGreaterThan(300);
	expect(templates.length).toBeGreaterThan(10);
});

it('an image is an image, and no picture', () => {
	expect(within([...shown, ...templates, ...pages], /\bpictures?\b/i)).toEqual([]);
});

it('what goes to fal is an edit or a request, and no order', () => {
	expect(within(shown, /(?<!in this |in |in the )\border(s|ed|ing)?\b/i)).toEqual([]);
});

const TRANSLATED =
	/\banew\b|side by side|\bcomes? out\b|makes no sense|for want of|of its own kind|\ba (image|edit|item|address|error|order)\b/i;

it('no turn of speech is translated', () => {
	expect(within([...shown, ...templates, ...pages], TRANSLATED)).toEqual([]);
});

it('no spaces are doubled', () => {
	expect(within(shown, /[\w.,:;] {2,}\S/)).toEqual([]);
});

const SMALL = /^(a|an|and|as|at|by|for|from|in|into|of|on|or|per|the|to|with|fal)$/;

it('labels are in Title Case', () => {
	const isSmall = (word: string, at: number) =>
		at > 0 && !SMALL.test(word) && /^\(?[a-z]/.test(word);
	const wrong = labels.filter((label) => {
		const words = label.split(/[\s/]+/).filter((word) => !/[._*]/.test(word));
		return words.some(isSmall) || /^(?!fal\b)[a-z]/.test(label);
	});
	expect(wrong).toEqual([]);
});

it('descriptions begin with a capital letter, and labels end without a full stop', () => {
	const descriptions = entries.map((entry) => ('description' in entry ? entry.description : ''));
	const starts = descriptions.filter((one) => /^(?!fal\b)[a-z]/.test(String(one)));
	expect(starts).toEqual([]);
	expect(labels.filter((label) => label.endsWith('.'))).toEqual([]);
});
