import type { IDataObject } from 'n8n-workflow';
import type { FaultRule, Settings } from '../emulator';

/** Where a fault strikes: a call to fal, the work behind it, or before any call. */
export type RowStage =
	| 'credential'
	| 'initiate'
	| 'upload'
	| 'submit'
	| 'stream'
	| 'status'
	| 'result'
	| 'download'
	| 'cancel';

/** What the node is to give: whole images, an error in these words, or this JSON. */
export type Gives = 'images' | RegExp | { json: IDataObject };

/** A stop of the execution, as soon as fal has seen a call of this stage. */
export interface StopAt {
	stopAt: 'stream' | 'submit' | 'upload' | 'download';
}

/** What the node is asked to do. Edit Image of one file, unless told otherwise. */
export interface Ask {
	/** an operation on a request that Submit Edit has made before without any fault */
	operation?: 'submit' | 'getStatus' | 'getResult' | 'cancel';
	parameters?: IDataObject;
	options?: IDataObject;
	apiKey?: string;
	/** in place of the emulator */
	proxyUrl?: string;
	stop?: StopAt;
}

export interface Expected {
	gives: Gives;
	/** how many orders fal has taken */
	jobs: number;
	/** calls of the row's stage; `atLeast` where it depends on when fal is looked at */
	calls?: number | { atLeast: number };
}

export interface Row extends Expected {
	stage: RowStage;
	/** for the table */
	fault: string;
	rules: FaultRule[];
	settings: Partial<Settings>;
	ask: Ask;
	/** whether fal is asked to drop the request */
	cancelled: boolean;
	/** fal took the order, but its answer with the id never arrived: the error must say where to look */
	inDoubt: boolean;
	/** the same with Retry On Fail */
	again: Expected;
}

type Given = Pick<Row, 'stage' | 'fault' | 'gives'> &
	Partial<Omit<Row, 'again' | 'rules'>> & { tags?: string; rules?: FaultRule[] } & {
		again?: Partial<Expected>;
	};

/** A whole row of one with what goes without saying: one order, and everything twice when the node runs twice. */
export function row(given: Given): Row {
	const { jobs = 1, gives, calls } = given;
	const fails = gives instanceof RegExp;
	const twice = fails && typeof calls === 'number' ? calls * 2 : calls;
	return {
		settings: {},
		ask: {},
		cancelled: false,
		inDoubt: false,
		...given,
		rules: given.rules ?? [],
		jobs,
		again: { gives, jobs, calls: twice, ...given.again },
	};
}
