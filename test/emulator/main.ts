import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { Authority } from '../support/authority';
import { readReport } from '../../scripts/live/report';
import { startEmulator } from './index';
import { likenessInWords, likenessTo } from './like';

const { values } = parseArgs({
	options: {
		port: { type: 'string', default: '8787' },
		host: { type: 'string', default: '127.0.0.1' },
		latency: { type: 'string', default: '3000' },
		'queue-delay': { type: 'string', default: '500' },
		slots: { type: 'string', default: '40' },
		key: { type: 'string', default: 'emulator-key:emulator-secret' },
		tiny: { type: 'boolean', default: false },
		json: { type: 'boolean', default: false },
		/** a `live-report.json`: the emulator is as fal was there, as far as it can */
		like: { type: 'string' },
		/** a file for the certificate that callers must trust: fal by its own names, over TLS */
		authority: { type: 'string' },
	},
});

async function main(): Promise<void> {
	const authority = values.authority === undefined ? undefined : await Authority.make();
	if (authority) writeFileSync(values.authority ?? '', authority.pem);
	const likeness = values.like ? likenessTo(readReport(values.like).lines) : undefined;
	const emulator = await startEmulator({
		...(likeness && { differences: likeness.switches }),
		certificates: authority?.answerAs,
		port: Number(values.port),
		host: values.host,
		latency: Number(values.latency),
		queueDelay: Number(values['queue-delay']),
		slots: Number(values.slots),
		keys: [values.key],
		image: values.tiny ? 'tiny' : 'edit',
		decodesInputs: !values.tiny,
	});
	const { url, proxyUrl, key, port, controlUrl } = emulator;
	const like = likeness ? likenessInWords(likeness) : [];
	const lines = [
		...like,
		`fal emulator  ${url}`,
		`proxy URL     ${proxyUrl}`,
		`API key       ${key}`,
	];
	process.stdout.write(
		`${values.json ? JSON.stringify({ url, proxyUrl, key, port, controlUrl }) : lines.join('\n')}\n`,
	);
	for (const signal of ['SIGINT', 'SIGTERM'] as const)
		process.once(signal, () => void emulator.close());
}

main().catch((error: unknown) => {
	process.stderr.write(`${String(error)}\n`);
	process.exitCode = 1;
});
