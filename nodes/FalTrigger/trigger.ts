import type {
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';
import { within } from '../shared/flow/pause';
import { PromiseCache } from '../shared/flow/promiseCache';
import { RecentMap } from '../shared/flow/recentMap';
import { OPENED_CREDENTIAL, TRIGGERS_KEPT } from '../shared/limits';
import { Deliveries } from './deliveries';
import { Lookout } from './lookout';

/**
 * A trigger's credential. To open one, n8n takes 30 ms of its one processor, and callbacks come in bursts; and
 * under load its database is slow, or says that it has none.
 */
class OpenedCredential {
	private readonly opening = new PromiseCache<ICredentialDataDecryptedObject>();
	private last?: ICredentialDataDecryptedObject;
	/** when the last one was asked for, in ms of the monotonic clock */
	private since = -Infinity;

	/** @throws what n8n throws where it has none, and has had none for a while */
	async get(ctx: IWebhookFunctions): Promise<ICredentialDataDecryptedObject> {
		const { fresh, patience, kept } = OPENED_CREDENTIAL;
		const opening = this.opening.get('', async () => await this.open(ctx), fresh);
		if (!this.last || performance.now() - this.since > kept) return await opening;
		const opened = await within(patience, opening);
		return opened && 'value' in opened ? opened.value : this.last;
	}

	private async open(ctx: IWebhookFunctions): Promise<ICredentialDataDecryptedObject> {
		const since = performance.now();
		this.last = await ctx.getCredentials('falApi');
		this.since = since;
		return this.last;
	}
}

/** What this process knows of one trigger; two know nothing of each other. */
export class Trigger {
	readonly credential = new OpenedCredential();
	readonly deliveries = new Deliveries();
	readonly lookout = new Lookout(this.deliveries);
}

const triggers = new RecentMap<string, Trigger>(TRIGGERS_KEPT);

export const triggerOf = (ctx: Pick<IExecuteFunctions, 'getWorkflow' | 'getNode'>): Trigger =>
	triggers.obtain(`${ctx.getWorkflow().id} ${ctx.getNode().id}`, () => new Trigger());
