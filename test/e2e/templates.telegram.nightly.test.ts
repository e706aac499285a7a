import { useBench } from './support/bench';
import { describeTelegramBot, PUBLIC_URL } from './support/telegramTemplate';

describe('telegram-photo-bot in a real n8n', () => {
	const bench = useBench({ emulator: { latency: 100 }, env: { WEBHOOK_URL: `${PUBLIC_URL}/` } });
	describeTelegramBot(bench);
});
