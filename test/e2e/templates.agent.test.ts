import { AgentChat } from './support/agentTemplate';
import { useBench } from './support/bench';
import { photo } from './support/images';

const address = 'https://example.com/photo.webp';

const blob = (bytes: Buffer) => new Blob([new Uint8Array(bytes)], { type: 'image/webp' });

describe('agent-that-edits-images, in a real n8n', () => {
	const bench = useBench({ emulator: { latency: 100 } });
	const chat = new AgentChat(bench);
	beforeAll(async () => await chat.open());
	afterAll(async () => await chat.close());
	beforeEach(() => chat.forget());

	it('calls the tool and answers with the address of the image', async () => {
		bench.fal.settings.publicFiles = { [address]: await photo('web.webp') };
		chat.named = address;
		const answer = await chat.say(`Please make ${address} autumn`);
		expect(bench.fal.jobs.map(({ input }) => input)).toEqual([
			expect.objectContaining({ prompt: 'Make it autumn', image_urls: [address] }),
		]);
		await chat.expectEdited(answer);
	});

	it('hands on images sent in the chat as they are, before an address', async () => {
		const [first, second] = [await photo('web.webp'), await photo('plain.png')];
		bench.fal.settings.publicFiles = { [address]: first };
		chat.named = address;
		const answer = await chat.say('Make these autumn', [blob(first), blob(second)]);
		const urls = (bench.fal.jobs[0]?.input as { image_urls: string[] }).image_urls;
		expect(urls).toHaveLength(3);
		expect(await bench.atFal(urls[0])).toEqual(first);
		expect(await bench.atFal(urls[1])).toEqual(second);
		expect(urls[2]).toBe(address);
		await chat.expectEdited(answer);
	});

	it('takes an image of the chat without an address', async () => {
		chat.named = '';
		const answer = await chat.say('Make this autumn', [blob(await photo('web.webp'))]);
		expect(bench.fal.jobs).toHaveLength(1);
		await chat.expectEdited(answer);
	});

	it('says to the person that there is no image at all', async () => {
		chat.named = '';
		expect(await chat.say('Make it autumn')).toMatch(/no image to edit/i);
		expect(bench.fal.jobs).toEqual([]);
	});
});
