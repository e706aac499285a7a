import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { isPublicHost } from '../../shared/fal/http/addresses';
import { expressionsIn, REMAINS, UNFILLED, cutTo } from '../../shared/n8n/checks';
import { typedOption } from '../../shared/n8n/options';
import { schema } from '../parameters/fields';
import type { Edit } from '../parameters/input';
import type { OutputItems } from '../parameters/outputItems';

const counted = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** ` for 0.30 USD`, as far as it is known. */
function totalOf(made: IDataObject[]): string {
	const paid = made.filter(({ billable_units }) => billable_units !== undefined);
	if (paid.length === 0) return '';
	const sum = paid.reduce((total, { cost }) => total + Number(cost), 0);
	const isWhole = Math.abs(sum - Number(sum.toFixed(2))) < 1e-6;
	const least = paid.length < made.length ? ' at least' : '';
	return ` for${least} ${sum.toFixed(isWhole ? 2 : 4)} ${String(paid[0]?.cost_currency)}`;
}

/** An item is an image, or has all of an edit; what is only submitted has none. */
const imagesIn = (results: IDataObject[]) =>
	results.flatMap(({ images, index }) => images ?? (index === undefined ? [] : [index])).length;

/** `6 images in 2 edits` */
const amount = (results: IDataObject[]) => {
	const requests = new Set(results.map(({ request_id }) => request_id)).size;
	return `${counted(imagesIn(results), 'image')} in ${counted(requests, 'edit')}`;
};

type Level = 'info' | 'warning';

/** Says something above the output. n8n before 1.82 has no such hints. */
function say(ctx: IExecuteFunctions, type: Level, message: string): void {
	ctx.addExecutionHints?.({ message, type, location: 'outputPane' });
}

/** Says what was made and what that has cost. */
export function hintMade(ctx: IExecuteFunctions, { results }: OutputItems): void {
	const made = results.filter(({ reused }) => reused !== true);
	const reused = imagesIn(results) - imagesIn(made);
	const parts = [
		imagesIn(made) > 0 && `Made ${amount(made)}${totalOf(made)}`,
		reused > 0 && `Reused ${counted(reused, 'image')} of earlier edits`,
	].filter(Boolean);
	if (parts.length > 0) say(ctx, 'info', parts.join('. '));
}

/** Says what the images of earlier requests have cost, as far as it is known. */
export function hintFetched(ctx: IExecuteFunctions, { results }: OutputItems): void {
	const paid = results.filter(({ billable_units }) => billable_units !== undefined);
	if (paid.length > 0) say(ctx, 'info', `Fetched ${amount(paid)}${totalOf(paid)}`);
}

const quoted = (names: Iterable<string>) => [...names].map((name) => `'${name}'`).join(', ');

/** Names what of the user's a result has replaced, and how both stay. */
export function hintReplaced(
	ctx: IExecuteFunctions,
	{ replacedFields, replacedFiles }: OutputItems,
): void {
	if (replacedFields.size > 0) {
		say(
			ctx,
			'warning',
			`These input fields were replaced by fields of the result: ${quoted(replacedFields)}. To keep both, set 'Result Field Prefix' under Options.`,
		);
	}
	if (replacedFiles.size > 0) {
		say(
			ctx,
			'warning',
			`The edited file replaced the input file in the binary field ${quoted(replacedFiles)}. To keep both, set 'Put Output in Field' under Options.`,
		);
	}
}

/** n8n's own paths, in letters of either case; behind `/webhook/` it is the user's. */
const TEST_URL = /(?<!\/webhook)\/(?:webhook|form)-test\/./i;

/** What is wrong with an address for callbacks that fal calls all the same. */
function wrongWith(webhookUrl?: string): string | undefined {
	if (!webhookUrl) return undefined;
	const { hostname, pathname } = new URL(webhookUrl);
	if (!isPublicHost(hostname)) {
		return "fal cannot reach the 'Webhook URL', because the address is inside your network. Collect the images with Get Result, or give n8n a public address.";
	}
	const path = pathname.replace(/%[2-7][0-9a-f]/gi, decodeURIComponent);
	if (!TEST_URL.test(path)) return undefined;
	return "The 'Webhook URL' is a Test URL, which works only while n8n listens for a test event. Use the Production URL instead, and publish its workflow.";
}

/** A text into which an expression has put what is no text; undefined where it reads as it was meant. */
function remainsIn(text: string | undefined, typed: unknown): string | undefined {
	const expressions = expressionsIn(typed);
	const [unfilled] = text?.match(UNFILLED) ?? [];
	if (unfilled || text === undefined || expressions.length === 0) return unfilled;
	const found = text.match(REMAINS)?.find((one) => !String(typed).includes(one));
	// A text that comes as a whole may speak of what is undefined; one that is put together does not.
	const isWhole =
		expressions[0] === String(typed).slice(1).trim() && !/[+`]|\.join\(/.test(expressions[0]);
	return found?.startsWith('[') || !isWhole ? found : undefined;
}

/** The first text of an edit that an expression has spoilt, in words. */
function spoiltText(ctx: IExecuteFunctions, edits: Edit[]): string | undefined {
	const { prompt, system_prompt } = schema;
	const places = [
		[prompt.displayName, 'prompt', ctx.getNode().parameters[prompt.name]],
		[system_prompt.displayName, 'system_prompt', typedOption(ctx, system_prompt.name)],
	] as const;
	for (const [label, field, typed] of places) {
		for (const { fields } of edits) {
			const found = remainsIn(fields[field], typed);
			if (!found) continue;
			if (found.startsWith('{{'))
				return `'${label}' contains ${cutTo(found, 80)}, which is sent as it is. If this is an expression, switch '${label}' from Fixed to Expression.`;
			const names = expressionsIn(typed)
				.map((one) => cutTo(one, 80))
				.join(' or ');
			return `'${label}' contains ${found}: for some items, ${names} does not return text. Use a field that holds text.`;
		}
	}
	return undefined;
}

const SEED_AND_IMAGES =
	"With a 'Seed', all images of an edit may be identical, and fal charges for each. Remove 'Seed', or set 'Number of Images' to 1.";

/** Says once a run what in its edits may cost money for nothing. */
export function hintRisks(ctx: IExecuteFunctions, edits: Edit[]): void {
	const wrong = edits.flatMap(({ callback }) => wrongWith(callback?.webhookUrl) ?? []);
	const isEqual = edits.some(
		({ fields: { seed, num_images = 1 } }) => seed !== undefined && num_images > 1,
	);
	const warnings = [wrong[0], spoiltText(ctx, edits), isEqual ? SEED_AND_IMAGES : undefined];
	for (const warning of warnings) if (warning) say(ctx, 'warning', warning);
}
