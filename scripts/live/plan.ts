import { ORDERS, type Check, type OrderName } from './live';

export interface Plan {
	/** checks that cost nothing */
	free: number;
	orders: Array<{ name: OrderName; images: number; paid: number; what: string; fits: boolean }>;
	/** USD an image */
	price: number;
	/** USD */
	budget: number;
	/** USD for the orders that fit, if all is as we take it to be */
	expected: number;
}

/** What the checks would order, in their order; what no longer fits the budget is left out. */
export function planOf(checks: Check[], price: number, budget: number): Plan {
	const names = [...new Set(checks.flatMap(({ order }) => order ?? []))];
	let expected = 0;
	const orders = names.map((name) => {
		const { images, paid, what } = ORDERS[name];
		// What may cost something has to fit for as long as fal has not said that it is free.
		const fits = expected + (paid || 1) * price <= budget + 1e-9;
		if (fits) expected += paid * price;
		return { name, images, paid, what, fits };
	});
	const free = checks.filter(({ order }) => order === undefined).length;
	return { free, orders, price, budget, expected };
}

const usd = (amount: number) => `$${amount.toFixed(2)}`;

/** The plan as it is shown before anything is asked of fal that costs money. */
export function planInWords({ free, orders, price, budget, expected }: Plan): string {
	const lines = orders.map(({ name, images, paid, what, fits }) => {
		const cost = paid ? `${usd(paid * price)}` : `free, ${usd(images * price)} at most`;
		const left = fits ? '' : '   (over the budget: not done)';
		return `  ${name.padEnd(12)} ${cost.padEnd(22)} ${what}${left}`;
	});
	const left = orders.some(({ fits }) => !fits)
		? `\nFor all of them: --budget ${(orders.reduce((sum, { paid }) => sum + (paid || 1), 0) * price).toFixed(2)}`
		: '';
	return [
		`${free} checks are free.`,
		...(orders.length ? ['These orders are made at 1K:', ...lines] : ['Nothing is ordered.']),
		`Expected ${usd(expected)} at ${usd(price)} an image; at most ${usd(budget)}, whatever happens (--budget).${left}`,
	].join('\n');
}
