import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { N8nApi, Owner } from '../../test/n8n';
import { dataDir } from './options';

const file = join(dataDir, 'login.json');

// n8n asks for a capital letter and a digit.
const newOwner = (): Owner => ({
	email: 'owner@example.com',
	password: `Local-${randomBytes(6).toString('hex')}-1`,
});

function readOrMakeOwner(): Owner {
	if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Owner;
	const owner = newOwner();
	// Written before n8n knows it: the other way round a crash between the two would lock us out.
	writeFileSync(file, JSON.stringify(owner, null, '\t'), { mode: 0o600 });
	return owner;
}

/** Logs in as the owner, made at the first start so that nobody meets a registration screen. */
export async function logIn(api: N8nApi): Promise<Owner> {
	const owner = readOrMakeOwner();
	if (await api.needsOwner()) await api.setUpOwner(owner);
	else await api.login(owner);
	return owner;
}
