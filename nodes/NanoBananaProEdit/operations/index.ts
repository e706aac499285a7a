import { edit } from './edit';

export const operations = { edit };

export type Operation = keyof typeof operations;
