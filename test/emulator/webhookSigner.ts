import { createHash, generateKeyPairSync, sign } from 'node:crypto';

import type { Headers } from './types';

/** Signs as fal does, with a key of its own: fal's private key is fal's. */
export class WebhookSigner {
	private keys = generateKeyPairSync('ed25519');

	/** fal changes its keys now and then. */
	rotate(): void {
		this.keys = generateKeyPairSync('ed25519');
	}

	jwks(): unknown {
		const { x } = this.keys.publicKey.export({ format: 'jwk' });
		return { keys: [{ kty: 'OKP', crv: 'Ed25519', use: 'sig', kid: 'emulator', x }] };
	}

	headers(
		requestId: string,
		body: string | Buffer,
		timestamp = Math.floor(Date.now() / 1000),
	): Headers {
		const userId = 'emulator-user';
		const bodyHash = createHash('sha256').update(body).digest('hex');
		const message = [requestId, userId, String(timestamp), bodyHash].join('\n');
		return {
			'content-type': 'application/json',
			'x-fal-webhook-request-id': requestId,
			'x-fal-webhook-user-id': userId,
			'x-fal-webhook-timestamp': String(timestamp),
			'x-fal-webhook-signature': sign(null, Buffer.from(message), this.keys.privateKey).toString(
				'hex',
			),
		};
	}
}
