export { startN8n, type RunningN8n, type StartOptions } from './startN8n';
export {
	startQueue,
	type ProcessName,
	type QueueOptions,
	type RunningQueue,
	type WorkerName,
} from './startQueue';
export { finalStates, N8nApi } from './N8nApi';
export { allExecutions } from './allExecutions';
export * from './apiTypes';
export * from './executionResult';
export { submitForm, type FormAnswer, type FormFile } from './submitForm';
export { freePort } from './freePort';
export { n8nProgram, packedProject, pinnedN8nVersion, projectRoot } from './paths';
