import { parseArgs } from 'node:util';
import { apiHosts, MEDIA_HOST } from '../../emulator';
import { startLine } from './index';

const { values } = parseArgs({
	options: {
		port: { type: 'string', default: '0' },
		'round-trip': { type: 'string', default: '0' },
		megabits: { type: 'string' },
	},
});

const line = startLine({
	port: Number(values.port),
	roundTrip: Number(values['round-trip']),
	megabits: values.megabits === undefined ? undefined : Number(values.megabits),
	hosts: [...apiHosts, MEDIA_HOST],
});
line
	.then((url) => process.stdout.write(`${JSON.stringify({ url })}\n`))
	.catch((error: unknown) => {
		process.stderr.write(`${String(error)}\n`);
		process.exitCode = 1;
	});
