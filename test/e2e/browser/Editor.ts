import type { Locator, Page } from 'playwright-core';
import type { Owner } from '../../n8n';

const hideMessages = `addEventListener('DOMContentLoaded', () => {
	const style = document.createElement('style');
	style.textContent = '.el-notification { display: none !important }';
	document.head.append(style);
})`;

/** What a user does in n8n's editor, by the names that n8n gives its parts for tests. */
export class Editor {
	constructor(
		private readonly page: Page,
		private readonly url: string,
	) {}

	part(name: string): Locator {
		return this.page.locator(`[data-test-id="${name}"]`);
	}

	async logIn({ email, password }: Owner): Promise<void> {
		await this.page.goto(`${this.url}/signin`);
		await this.page.locator('input[name="emailOrLdapLoginId"]').fill(email);
		await this.page.locator('input[type="password"]').fill(password);
		await this.page.getByRole('button', { name: 'Sign in' }).click();
		await this.page.waitForURL(/\/home\//);
		// Messages that come and go would lie over what is clicked and photographed.
		await this.page.addInitScript({ content: hideMessages });
	}

	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${id}`);
		await this.part('canvas-node').first().waitFor();
	}

	/** All of the workflow in sight, as n8n's own key does it. */
	async zoomToFit(): Promise<Locator> {
		const canvas = this.part('canvas');
		await canvas.click({ position: { x: 5, y: 300 } });
		await this.page.keyboard.press('1');
		await this.standsStill(canvas.locator('.vue-flow__transformationpane'));
		return canvas;
	}

	private async standsStill(part: Locator): Promise<void> {
		for (let before, now; before === undefined || before !== now; before = now) {
			await this.page.waitForTimeout(150);
			now = await part.getAttribute('style');
		}
	}

	/** The plus behind the last node, the search, the node, its action. */
	async addNode(search: string, name: string, action: string): Promise<void> {
		await this.part('canvas-handle-plus').last().click();
		await this.part('node-creator-search-bar').fill(search);
		const item = this.part('node-creator-item-name');
		await item.filter({ hasText: name }).first().click();
		await item.filter({ hasText: action }).first().click();
		await this.part('node-parameters').waitFor();
	}

	/** What n8n offers for the first step of a new workflow. */
	async searchTrigger(name: string): Promise<Locator> {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.part('canvas-add-button').click();
		await this.part('node-creator-search-bar').fill(name);
		return this.part('node-creator-item-name').getByText(name, { exact: true });
	}

	/** The plus under an agent's connector for tools. */
	async addTool(search: string, name: string): Promise<void> {
		const connector = this.page.locator('[data-handleid^="inputs/ai_tool"]');
		await connector.locator('[data-test-id="canvas-handle-plus"]').click();
		await this.part('node-creator-search-bar').fill(search);
		await this.part('node-creator-item-name').filter({ hasText: name }).first().click();
		await this.part('node-parameters').waitFor();
	}

	async openNode(name: string): Promise<void> {
		const node = this.part('canvas-node').filter({ hasText: name });
		const shapes = ['default', 'trigger'].map((kind) => `[data-test-id="canvas-${kind}-node"]`);
		await node.locator(shapes.join(', ')).last().dblclick();
		await this.part('node-parameters').waitFor();
	}

	async closeNode(): Promise<void> {
		await this.page.keyboard.press('Escape');
		await this.part('node-parameters').waitFor({ state: 'hidden' });
	}

	/** A trigger's addresses, which the panel shows folded. */
	async showAddresses(): Promise<void> {
		await this.page.getByText('Webhook URLs').click();
	}

	async newCredential(): Promise<void> {
		await this.part('node-credentials-empty-state').locator('button').first().click();
		await this.part('editCredential-modal').waitFor();
	}

	async editCredential(): Promise<void> {
		await this.part('credential-edit-button').click();
		await this.part('editCredential-modal').waitFor();
	}

	async saveCredential(fields: Record<string, string>): Promise<void> {
		for (const [name, value] of Object.entries(fields)) {
			await this.part(`parameter-input-${name}`).locator('input').fill(value);
		}
		await this.part('credential-save-button').click();
	}

	async closeCredential(): Promise<void> {
		const modal = this.part('editCredential-modal');
		await modal.getByRole('button', { name: /close/i }).first().click();
		await modal.waitFor({ state: 'hidden' });
	}

	async setText(parameter: string, value: string): Promise<void> {
		await this.part(`parameter-input-${parameter}`).locator('textarea, input').first().fill(value);
	}

	async runStep(): Promise<void> {
		await this.part('node-execute-button').click();
		await this.part('output-panel')
			.getByText(/^\s*1 item/)
			.waitFor();
	}

	/** The output's tab Binary, where files are. */
	async showFiles(): Promise<Locator> {
		const output = this.part('output-panel');
		await output.locator('[data-test-id="radio-button-binary"]').click();
		return output;
	}
}
