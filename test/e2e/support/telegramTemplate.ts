import { startTelegram, type Message, type RunningTelegram } from '../../services/telegram';
import type { Bench } from './bench';
import { photo, sha256, type PhotoName } from './images';
import { Chat, expectMade } from './telegramChat';
import { fillIn } from './templates';

/** The address that the world has of n8n: Telegram calls by HTTPS only. */
export const PUBLIC_URL = 'https://n8n.example.com';

const TEMPLATE = 'telegram-photo-bot';
const STRANGER = { id: 666, first_name: 'Mallory' };

const forLena = fillIn(TEMPLATE, 'A Message Arrives', ({ parameters }) => ({
	additionalFields: { ...(parameters.additionalFields as object), userIds: '4711, 4712' },
}));

const receivedBy = (bench: Bench) => bench.fal.jobs.map((job) => bench.received(job));
const promptsOf = (bench: Bench) =>
	bench.fal.jobs.map(({ input }) => (input as { prompt: string }).prompt);

function describeOnePhoto(bench: Bench, chatOf: () => Chat): void {
	it('a photo with a caption comes back edited, made from its largest size', async () => {
		const chat = chatOf();
		const message = await chat.photo('phone.jpg', { caption: 'Make it <night> & "cold_blue"' });
		const [sent, ...others] = await chat.send(message);
		expect(others).toEqual([]);
		expect(sent).toMatchObject({ method: 'sendPhoto', chat: 4711, answers: message.message_id });
		expect(promptsOf(bench)).toEqual(['Make it <night> & "cold_blue"']);
		expect(receivedBy(bench)).toEqual([[chat.largest(message)]]);
		await expectMade(bench, sent);
	});

	it('a small photo, of which Telegram has one size only, is taken too', async () => {
		const chat = chatOf();
		const message = await chat.photo('cut-out.png', { caption: 'Make it night' });
		await chat.send({ ...message, photo: message.photo?.slice(0, 1) });
		const [size] = message.photo ?? [];
		expect(receivedBy(bench)).toEqual([[chat.largest({ ...message, photo: size && [size] })]]);
	});

	it('an image sent as a file goes in whole, and comes back as a file', async () => {
		const chat = chatOf();
		const bytes = await photo('cut-out.png');
		const document = chat.telegram.files.addDocument(bytes, 'cut-out.png', 'image/png');
		const caption = 'On a white background';
		const [sent] = await chat.send(chat.telegram.message({ document, caption }));
		expect(sent?.method).toBe('sendDocument');
		expect(receivedBy(bench)).toEqual([[sha256(bytes)]]);
		await expectMade(bench, sent);
	});

	it('an image is changed further when somebody answers it', async () => {
		const chat = chatOf();
		const before = await chat.photo('plain.png', { caption: '' });
		const [sent] = await chat.send(
			chat.telegram.message({ text: 'Now add snow', reply_to_message: before }),
		);
		expect(sent?.method).toBe('sendPhoto');
		expect(promptsOf(bench)).toEqual(['Now add snow']);
		expect(receivedBy(bench)).toEqual([[chat.largest(before)]]);
	});
}

function describeQuestions(bench: Bench, chatOf: () => Chat): void {
	it('a photo without a caption is asked what to do, and the answer is done', async () => {
		const chat = chatOf();
		const message = await chat.photo('web.webp');
		const [question, ...others] = await chat.send(message);
		expect(others).toEqual([]);
		expect(question).toMatchObject({
			method: 'sendMessage',
			answers: message.message_id,
			forcesReply: true,
			text: expect.stringContaining('What should I change?'),
		});
		expect(bench.fal.jobs).toEqual([]);

		const asked = chat.telegram.message({ text: question?.text });
		const reply_to_message = { ...asked, message_id: question?.messageId ?? 0 };
		const answer = chat.telegram.message({ text: 'Make it autumn', reply_to_message });
		const [sent] = await chat.send(answer);
		expect(sent).toMatchObject({ method: 'sendPhoto', answers: answer.message_id });
		expect(promptsOf(bench)).toEqual(['Make it autumn']);
		expect(receivedBy(bench)).toEqual([[chat.largest(message)]]);
		await expectMade(bench, sent);
	});

	it('words without an image are told how it works', async () => {
		const chat = chatOf();
		const [sent] = await chat.send(chat.telegram.message({ text: 'Hello' }));
		expect(sent?.text).toContain('Send me a photo');
		expect(bench.fal.jobs).toEqual([]);
	});

	it('a refusal is said in words', async () => {
		const chat = chatOf();
		const caption = '[fault: model=422-policy] Make it odd';
		const [sent, ...others] = await chat.send(await chat.photo('phone.jpg', { caption }));
		expect(others).toEqual([]);
		expect(sent).toMatchObject({
			method: 'sendMessage',
			text: expect.stringMatching(/No image this time: .*content filter/),
		});
		expect(chat.telegram.refused).toEqual([]);
	});
}

function describeAlbums(bench: Bench, chatOf: () => Chat): void {
	const album = async (chat: Chat, captions: string[]) => {
		const names: PhotoName[] = ['phone.jpg', 'web.webp', 'plain.png'];
		const media_group_id = `album ${captions.join()}`;
		const photos = [];
		for (const [at, name] of names.entries()) {
			const caption = captions[at];
			photos.push(await chat.photo(name, { media_group_id, ...(caption && { caption }) }));
		}
		return photos;
	};

	it('an album becomes one edit of all its photos, in their order, however they arrive', async () => {
		const chat = chatOf();
		const photos = await album(chat, ['Put them into one image']);
		const [first, second, third] = photos as [Message, Message, Message];
		const [sent, ...others] = await chat.send(third, first, second);
		expect(others).toEqual([]);
		expect(promptsOf(bench)).toEqual(['Put them into one image']);
		expect(receivedBy(bench)).toEqual([photos.map((message) => chat.largest(message))]);
		await expectMade(bench, sent);
	});

	it('an album without a caption is asked once', async () => {
		const chat = chatOf();
		const photos = await album(chat, []);
		const [question, ...others] = await chat.send(...photos);
		expect(others).toEqual([]);
		const asked = { ...chat.telegram.message({}), message_id: question?.messageId ?? 0 };
		await chat.send(chat.telegram.message({ text: 'Side by side', reply_to_message: asked }));
		expect(promptsOf(bench)).toEqual(['Side by side']);
		expect(receivedBy(bench)).toEqual([photos.map((message) => chat.largest(message))]);
	});
}

function describeMoney(bench: Bench, chatOf: () => Chat): void {
	it('an update that Telegram sends again is not paid again', async () => {
		const chat = chatOf();
		const message = await chat.photo('phone.jpg', { caption: 'Make it night' });
		await chat.send(message, message);
		expect(await chat.send(message)).toEqual([]);
		expect(bench.fal.jobs).toHaveLength(1);
	});

	it('a stranger costs nothing', async () => {
		const chat = chatOf();
		const sizes = await chat.telegram.files.addPhoto(await photo('phone.jpg'));
		const message = chat.telegram.message({ photo: sizes, caption: 'Make it night' }, STRANGER);
		expect(await chat.telegram.deliver(message)).toBe(200);
		const mine = await chat.send(chat.telegram.message({ text: 'Hello' }));
		expect(mine.map(({ chat: to }) => to)).toEqual([4711]);
		expect(bench.fal.jobs).toEqual([]);
	});
}

/** A bot to which people send photos. */
export function describeTelegramBot(bench: Bench): void {
	let running: RunningTelegram;
	let chat: Chat;
	beforeAll(async () => {
		running = await startTelegram({ reach: (url) => url.replace(PUBLIC_URL, bench.n8n.url) });
		await bench.addCredential('bot', 'telegramApi', running.credential);
		const workflow = forLena();
		expect((await bench.run(workflow, 'Once, Before the First Run')).status).toBe('success');
		const { id } = await bench.publish(workflow);
		chat = new Chat(bench, running, id);
	});
	afterAll(async () => await running.close());

	const chatOf = () => chat;
	describeOnePhoto(bench, chatOf);
	describeQuestions(bench, chatOf);
	describeAlbums(bench, chatOf);
	describeMoney(bench, chatOf);
}
