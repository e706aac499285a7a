import 'reflect-metadata';
import { Container } from '@n8n/di';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BinaryDataConfig, BinaryDataService, InstanceSettings } from 'n8n-core';
import { type IBinaryData } from 'n8n-workflow';

export type BinaryMode = 'default' | 'filesystem';

/** n8n's own binary store, in memory or in a folder of its own. */
export async function useBinaryStore(mode: BinaryMode): Promise<void> {
	process.env.N8N_ENCRYPTION_KEY ??= 'unit-tests';
	process.env.N8N_LOG_LEVEL ??= 'silent';
	process.env.N8N_USER_FOLDER ??= await mkdtemp(path.join(tmpdir(), 'nano-banana-unit-'));
	Container.get(InstanceSettings);
	const config = Container.get(BinaryDataConfig);
	config.mode = mode;
	config.localStoragePath = await mkdtemp(path.join(tmpdir(), 'nano-banana-files-'));
	const service = Container.get(BinaryDataService);
	if (mode === 'default') (service as unknown as { managers: object }).managers = {};
	else await service.init();
	(service as unknown as { mode: string }).mode = mode === 'filesystem' ? 'filesystem-v2' : mode;
}

export const LOCATION = {
	type: 'execution' as const,
	workflowId: 'wf',
	executionId: '1',
};

/** Puts bytes into the store, as a node before ours would. */
export async function storeFile(
	bytes: Buffer,
	fileName: string,
	mimeType: string,
): Promise<IBinaryData> {
	const described: IBinaryData = {
		data: '',
		mimeType,
		fileName,
		fileType: mimeType.startsWith('image/') ? 'image' : undefined,
		fileExtension: path.extname(fileName).slice(1),
	};
	return await Container.get(BinaryDataService).store(LOCATION, bytes, described);
}

/** Gives a file another id with the same bytes, as n8n does when a webhook's execution gets its number. */
export async function renameStored(
	file: IBinaryData,
	from: string,
	to: string,
): Promise<IBinaryData> {
	const id = file.id!.replace(from, to);
	const withoutMode = (name: string) => name.slice(name.indexOf(':') + 1);
	await Container.get(BinaryDataService).rename(withoutMode(file.id!), withoutMode(id));
	return { ...file, id };
}

/** The bytes behind a file of an output item. */
export async function readStored(file: IBinaryData | undefined): Promise<Buffer> {
	if (!file) throw new Error('The item has no such file');
	return await Container.get(BinaryDataService).getAsBuffer(file);
}
