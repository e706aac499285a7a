import { Google } from '../../services/google';
import type { BenchOptions } from './bench';
import { NamedBench } from './namedBench';

const SCOPES = {
	googleSheetsOAuth2Api:
		'https://www.googleapis.com/auth/drive.file https://www.googleapis.com/auth/spreadsheets',
	googleSheetsTriggerOAuth2Api:
		'https://www.googleapis.com/auth/drive.readonly https://www.googleapis.com/auth/spreadsheets',
	googleDriveOAuth2Api: 'https://www.googleapis.com/auth/drive',
};

/** A bench with Google's services too, in the name of a person who has given consent. */
export class GoogleBench extends NamedBench {
	readonly google = new Google();

	protected override portOf(host: string): number | undefined {
		return this.google.portOf(host) ?? super.portOf(host);
	}

	override async start(options: BenchOptions): Promise<void> {
		await super.start(options);
		await this.google.start(this.authority);
		for (const [type, scopes] of Object.entries(SCOPES)) {
			await this.addCredential(type, type, this.google.accounts.oauth(scopes));
		}
	}

	override async stop(): Promise<void> {
		await super.stop();
		await this.google.close();
	}
}
