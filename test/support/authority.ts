import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import {
	BasicConstraintsExtension,
	ExtendedKeyUsage,
	ExtendedKeyUsageExtension,
	KeyUsageFlags,
	KeyUsagesExtension,
	SubjectAlternativeNameExtension,
	X509CertificateGenerator,
	type X509Certificate,
} from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const newKeys = async () => await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

const day = 24 * 60 * 60 * 1_000;
const validity = () => ({
	notBefore: new Date(Date.now() - day),
	notAfter: new Date(Date.now() + 30 * day),
});

async function pemOf(key: CryptoKey): Promise<string> {
	const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
	return `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
}

type CryptoKey = webcrypto.CryptoKey;

/** What may be wrong with a certificate beside who has signed it. */
export type Flaw = 'expired' | 'of another host';

/** Signs certificates for any host name, for a program that is told to trust it. */
export class Authority {
	private readonly contexts = new Map<string, Promise<SecureContext>>();

	private constructor(
		private readonly certificate: X509Certificate,
		private readonly key: CryptoKey,
		private readonly flaw?: Flaw,
	) {}

	static async make(flaw?: Flaw): Promise<Authority> {
		const keys = await newKeys();
		const certificate = await X509CertificateGenerator.createSelfSigned(
			{
				name: 'CN=Nano Banana Tests',
				keys,
				signingAlgorithm: algorithm,
				...validity(),
				extensions: [
					new BasicConstraintsExtension(true, 0, true),
					new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
				],
			},
			webcrypto as Crypto,
		);
		return new Authority(certificate, keys.privateKey, flaw);
	}

	/** What a caller must trust: `NODE_EXTRA_CA_CERTS` names a file of it. */
	get pem(): string {
		return this.certificate.toString('pem');
	}

	/** What a TLS server shows a caller who asks for `host`; for a server's `SNICallback`. */
	readonly answerAs = (
		host: string,
		done: (error: Error | null, context?: SecureContext) => void,
	): void => {
		const context = this.contexts.get(host) ?? this.issue(host);
		this.contexts.set(host, context);
		context.then(
			(made) => done(null, made),
			(error: Error) => done(error),
		);
	};

	private async issue(host: string): Promise<SecureContext> {
		const keys = await newKeys();
		const name = this.flaw === 'of another host' ? 'other.example' : host;
		const certificate = await X509CertificateGenerator.create(
			{
				subject: `CN=${host}`,
				issuer: this.certificate.subject,
				publicKey: keys.publicKey,
				signingKey: this.key,
				signingAlgorithm: algorithm,
				...validity(),
				...(this.flaw === 'expired' && { notAfter: new Date(Date.now() - day / 2) }),
				extensions: [
					new SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
					new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
				],
			},
			webcrypto as Crypto,
		);
		return createSecureContext({
			cert: certificate.toString('pem'),
			key: await pemOf(keys.privateKey),
		});
	}
}

type Crypto = Parameters<typeof X509CertificateGenerator.createSelfSigned>[1];
