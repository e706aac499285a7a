import type { Row } from '../row';
import { credentialRows } from './credential';
import { downloadRows } from './download';
import { echoRows } from './echo';
import { endingRows } from './ending';
import { resultRows } from './outcome';
import { submitRows } from './submit';
import { uploadRows } from './transfer';
import { waitRows } from './wait';

/** Every fault at every stage. */
export const rows: Row[] = [
	...credentialRows,
	...echoRows,
	...uploadRows,
	...submitRows,
	...waitRows,
	...resultRows,
	...downloadRows,
	...endingRows,
];
