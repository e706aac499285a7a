const sleep = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

export interface FormFile {
	name: string;
	type: string;
	bytes: Uint8Array;
}

export interface FormAnswer {
	/** How the execution behind the form ended, or `form-waiting` at a page that the form shows. */
	status: string;
	/** The last page, empty where the form ended without one. */
	html: string;
}

// The page names its inputs field-0, field-1 …; a person goes by the labels.
function inputNames(page: string): Map<string, string> {
	const labels = page.matchAll(/<label[^>]*\bfor=['"](field-\d+)['"][^>]*>([^<]*)/g);
	return new Map([...labels].map(([, input = '', label = '']) => [label.trim(), input]));
}

async function fillIn(
	url: string,
	fields: Record<string, string>,
	files: Record<string, FormFile[]>,
) {
	const page = await fetch(url);
	if (!page.ok) throw new Error(`There is no form at ${url} (${page.status})`);
	const names = inputNames(await page.text());
	const nameOf = (label: string) => {
		const name = names.get(label);
		if (name) return name;
		throw new Error(`The form has no field "${label}", only: ${[...names.keys()].join(', ')}`);
	};
	const form = new FormData();
	for (const [label, value] of Object.entries(fields)) form.append(nameOf(label), value);
	for (const [label, list] of Object.entries(files)) {
		for (const { name, type, bytes } of list) {
			form.append(nameOf(label), new Blob([new Uint8Array(bytes)], { type }), name);
		}
	}
	return form;
}

async function waitForPage(waitingUrl: string, timeoutMs: number): Promise<string> {
	const statusUrl = new URL(waitingUrl);
	statusUrl.pathname += '/n8n-execution-status';
	const deadline = Date.now() + timeoutMs;
	while (Date.now() < deadline) {
		const status = (await (await fetch(statusUrl)).text()).trim();
		if (!['new', 'running', 'waiting'].includes(status)) return status;
		await sleep(100);
	}
	throw new Error(`The form gave no answer within ${timeoutMs / 1000} s`);
}

/** Fills in a form's page and follows it to its end, as the script in the page does in a browser. */
export async function submitForm(
	url: string,
	fields: Record<string, string>,
	files: Record<string, FormFile[]> = {},
	timeoutMs = 120_000,
): Promise<FormAnswer> {
	const body = await fillIn(url, fields, files);
	const response = await fetch(url, { method: 'POST', body });
	const text = await response.text();
	if (!response.ok) throw new Error(`The form answered ${response.status}: ${text}`);
	const { formWaitingUrl } = JSON.parse(text) as { formWaitingUrl?: string };
	if (!formWaitingUrl) return { status: 'success', html: text };
	const status = await waitForPage(formWaitingUrl, timeoutMs);
	if (status !== 'form-waiting') return { status, html: '' };
	const html = await (await fetch(formWaitingUrl)).text();
	// The last page posts itself when it is shown, and only then the execution ends.
	await fetch(formWaitingUrl, { method: 'POST' });
	return { status: await waitForPage(formWaitingUrl, timeoutMs), html };
}
