import { generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import { jsonAnswer, type ServiceAnswer, type ServiceCall } from '../server';
import { Problem } from './problem';

interface Token {
	email: string;
	isServiceAccount: boolean;
	scopes: string[];
	until: number;
}

interface Claims {
	iss: string;
	scope: string;
	aud: string;
	exp: number;
	iat: number;
}

const HOUR = 3_600_000;
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const fromBase64 = (text = '') => Buffer.from(text, 'base64url');

/** Google's log-in: a person who has given consent, and a service account with its key. */
export class Accounts {
	private readonly tokens = new Map<string, Token>();
	private readonly keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
	readonly person = 'lena@example.com';
	readonly robot = 'editor@images.iam.gserviceaccount.com';
	private readonly client = {
		clientId: 'n8n.apps.example.com',
		clientSecret: randomBytes(9).toString('hex'),
	};
	private readonly consent = `1//${randomBytes(24).toString('base64url')}`;
	refreshes = 0;

	/** for n8n's credential of a service account */
	get serviceAccount() {
		const privateKey = this.keys.privateKey.export({ type: 'pkcs8', format: 'pem' });
		return { email: this.robot, privateKey, inpersonate: false, httpNode: false };
	}

	/** for n8n's OAuth2 credentials, after consent some hours ago: the access token has run out */
	oauth(scopes: string) {
		const oauthTokenData = {
			access_token: `ya29.${randomBytes(24).toString('base64url')}`,
			refresh_token: `${this.consent} ${scopes}`,
			expires_in: 3_599,
			scope: scopes,
			token_type: 'Bearer',
		};
		return { ...this.client, sendAdditionalBodyProperties: false, oauthTokenData };
	}

	/** POST https://oauth2.googleapis.com/token */
	exchange({ method, url, body }: ServiceCall): ServiceAnswer {
		if (method !== 'POST' || url.pathname !== '/token') return { status: 404 };
		const form = new URLSearchParams(body.toString('utf8'));
		const token =
			form.get('grant_type') === JWT_BEARER ? this.fromAssertion(form) : this.fromConsent(form);
		if (!token)
			return jsonAnswer(400, { error: 'invalid_grant', error_description: 'Bad Request' });
		const access_token = `ya29.${randomBytes(24).toString('base64url')}`;
		this.tokens.set(access_token, token);
		const scope = token.scopes.join(' ');
		return jsonAnswer(200, { access_token, expires_in: 3_599, scope, token_type: 'Bearer' });
	}

	private fromAssertion(form: URLSearchParams): Token | undefined {
		const [head, payload, signature] = form.get('assertion')?.split('.') ?? [];
		const signed = Buffer.from(`${head}.${payload}`);
		if (!verify('sha256', signed, this.keys.publicKey, fromBase64(signature))) return undefined;
		const claims = JSON.parse(fromBase64(payload).toString('utf8')) as Claims;
		const now = Date.now() / 1_000;
		const isNow = claims.iat <= now + 5 && claims.exp > now && claims.exp - claims.iat <= 3_600;
		const isOurs =
			claims.iss === this.robot && claims.aud === 'https://oauth2.googleapis.com/token';
		if (!isNow || !isOurs) return undefined;
		return this.grant(this.robot, claims.scope);
	}

	private fromConsent(form: URLSearchParams): Token | undefined {
		const { clientId, clientSecret } = this.client;
		const isClient =
			form.get('client_id') === clientId && form.get('client_secret') === clientSecret;
		const given = form.get('refresh_token') ?? '';
		const isGiven = form.get('grant_type') === 'refresh_token' && given.startsWith(this.consent);
		if (!isClient || !isGiven) return undefined;
		this.refreshes++;
		return this.grant(this.person, given.slice(this.consent.length + 1));
	}

	private grant(email: string, scopes: string): Token {
		const isServiceAccount = email === this.robot;
		return { email, isServiceAccount, scopes: scopes.split(' '), until: Date.now() + HOUR };
	}

	/** Who calls, if one of these scopes is enough for what is called. */
	admit({ headers }: ServiceCall, enough: string[]): Token {
		const [, given = ''] = headers.authorization?.match(/^Bearer (.+)$/) ?? [];
		const token = this.tokens.get(given);
		if (!token || token.until < Date.now()) {
			const words = 'Request had invalid authentication credentials.';
			throw new Problem(401, 'UNAUTHENTICATED', words, 'authError');
		}
		const isEnough = token.scopes.some((scope) => enough.includes(scope.split('/').at(-1) ?? ''));
		if (isEnough) return token;
		const words = 'Request had insufficient authentication scopes.';
		throw new Problem(403, 'PERMISSION_DENIED', words, 'insufficientPermissions');
	}
}
