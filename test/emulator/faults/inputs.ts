import type { MediaFile } from '../media';
import type { Faults } from './index';

/** An uploaded file that is gone before fal's runner fetches it. */
export function expiresInputs(faults: Faults, file: MediaFile, url: string): boolean {
	const subject = { text: file.faultText, fileName: file.name, url };
	const rule = faults.take('download', 'download', subject);
	return rule?.kind === 'expired' || rule?.kind === 'gone';
}
