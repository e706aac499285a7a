import type { Answer, Call } from './http';
import { detail } from './http';
import type { Settings } from './options';

export type KeyCheck = { key: string } | { problem: 'missing' | 'malformed' | 'unknown' };

/** `Key id:secret` and nothing else; another scheme is as good as no key. */
export function checkKey(call: Call, settings: Settings): KeyCheck {
	const header = call.headers.authorization ?? '';
	if (!/^key /i.test(header)) return { problem: 'missing' };
	const key = header.slice('Key '.length);
	if (!/^[^\s:]+:[^\s:]+$/.test(key)) return { problem: 'malformed' };
	const known = settings.keys.includes(key) || key in settings.lockedKeys;
	return known ? { key } : { problem: 'unknown' };
}

const texts = {
	malformed: "Invalid Key Authorization header format. Expected '<key_id>:<key_secret>'.",
	unknown: 'No user found for Key ID and Secret',
};

export function refuseSubmit(
	problem: 'missing' | 'malformed' | 'unknown',
	endpoint: string,
): Answer {
	if (problem !== 'missing') return detail(401, texts[problem]);
	return detail(
		401,
		`Cannot access application "${endpoint}". Authentication is required to access this application.`,
	);
}

export function refuseStorage(problem: 'missing' | 'malformed' | 'unknown'): Answer {
	return detail(401, problem === 'missing' ? 'Authentication is required' : texts[problem]);
}

export function lockOf(key: string, settings: Settings): Answer | undefined {
	const reason = settings.lockedKeys[key];
	return reason === undefined ? undefined : detail(403, `User is locked. Reason: ${reason}`);
}
