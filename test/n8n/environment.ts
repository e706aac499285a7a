import { join } from 'node:path';

export type BinaryStore = 'default' | 'filesystem' | 'database';

export interface Place {
	dataDir: string;
	compileCache: string;
	port: number;
	brokerPort: number;
	binaryStore?: BinaryStore;
}

// What a program needs to run on this machine and reach the internet, and nothing that would
// make it someone's own n8n: a stray DB_TYPE or N8N_ENCRYPTION_KEY would do that.
const inherited = [
	'PATH',
	'Path',
	'SystemRoot',
	'COMSPEC',
	'TMPDIR',
	'TEMP',
	'TMP',
	'LANG',
	'LC_ALL',
	'TZ',
	'HTTP_PROXY',
	'HTTPS_PROXY',
	'ALL_PROXY',
	'http_proxy',
	'https_proxy',
	'all_proxy',
	'NODE_EXTRA_CA_CERTS',
	'SSL_CERT_FILE',
	// chosen by `npm run versions`, and for a bench
	'N8N_EXPRESSION_ENGINE',
	'N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE',
	'DB_PING_TIMEOUT_MS',
];

// Everything by which n8n talks to its makers; none of it is needed here.
const silent = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_DISABLED_MODULES: 'mcp-registry',
};

function fromParent(): NodeJS.ProcessEnv {
	return Object.fromEntries(inherited.map((name) => [name, process.env[name]]));
}

export function n8nEnvironment(place: Place, extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
	return {
		...fromParent(),
		...silent,
		HOME: place.dataDir,
		USERPROFILE: place.dataDir,
		N8N_USER_FOLDER: place.dataDir,
		N8N_HOST: 'localhost',
		N8N_PORT: String(place.port),
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_RUNNERS_BROKER_PORT: String(place.brokerPort),
		// The cookie must work over plain http.
		N8N_SECURE_COOKIE: 'false',
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '10',
		N8N_LOG_LEVEL: 'info',
		// n8n is a great deal of code; compiled once and kept, it starts in half the time.
		NODE_COMPILE_CACHE: place.compileCache,
		// Community nodes that n8n has not verified: the default today, and not for ever.
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
		NO_PROXY: [process.env.NO_PROXY, 'localhost', '127.0.0.1'].filter(Boolean).join(','),
		...(place.binaryStore && { N8N_DEFAULT_BINARY_DATA_MODE: place.binaryStore }),
		...extra,
	};
}

/** n8n makes this folder inside its user folder. */
export const n8nFolder = (dataDir: string) => join(dataDir, '.n8n');
