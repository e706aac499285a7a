/** The intervals, deadlines and sizes of the nodes, each with its reason. Times in ms, sizes in bytes. */

// Images and files

/** The most images fal's page names for one edit ("up to 14"). */
export const MAX_IMAGES_PER_EDIT = 14;

/** The largest image fal's own toolkit downloads. */
export const MAX_INPUT_BYTES = 50 * 1024 * 1024;

/** Over this an answer is no edited image: a 4K PNG has about 30 MB. */
export const MAX_IMAGE_BYTES = 128 * 1024 * 1024;

/**
 * Where the node stops on a failure, so many bytes of files are read to their end before the first submit,
 * which takes a quarter of a second; of those beyond it, only the heads.
 */
export const CHECKED_AHEAD = 256 * 1024 * 1024;

/** 50 MB over a slow line (5 Mbit/s) take 80 s. */
export const TRANSFER_DEADLINE = 180_000;

/** More than this at once, up or down, only share the line. */
export const BYTES_IN_FLIGHT = 96 * 1024 * 1024;

/** So many files go up, come down, or are looked at side by side however busy the processor is. */
export const UPLOADS_ASSURED = 12;
export const DOWNLOADS_ASSURED = 12;
export const READS_IN_FLIGHT = 12;

/** The longest that a download gives way to results that are being fetched: 40 of them take some 200 ms. */
export const LONGEST_YIELD = 250;

/**
 * A 1K image has about 2 MB, and is held whole on its way: one read, one write. Larger ones than `file` pass in
 * pieces, and so does what comes when all buffers are taken.
 */
export const BUFFER_POOL = { file: 4 * 1024 * 1024, smallest: 256 * 1024, total: 48 * 1024 * 1024 };

// Calls to fal

/** One answer of fal's API is a few kB; one that takes longer is not coming, and a larger one is none. */
export const CALL_DEADLINE = 30_000;
export const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/**
 * A call or an answer with images inside (`sync_mode`: 40 MB at 4K) is in memory several times over while it is
 * written or read: so many at a time.
 */
export const LARGE_CALLS_IN_FLIGHT = 3;

/**
 * Pauses between tries of what may be repeated: 0.4, 0.8, 1.6, 3.2 s. Where fal says when to come again, that
 * holds, up to `told`.
 */
export const RETRY = { tries: 5, first: 400, growth: 2, longest: 8_000, told: 600_000 };

/** A request just made may be unknown to another of fal's servers for a moment. */
export const UNKNOWN_REQUEST_TRIES = 4;

/** No edit waits long for its price: it is asked for while fal works, and once more where that breaks. */
export const PRICE = { deadline: 5_000, tries: 2 };

// Requests at fal

/**
 * fal accounts run 2 to 40 requests at once. Twice that are under way, so that some are uploaded or downloaded
 * while others run; how many of them are at fal, the account's turns decide.
 */
export const REQUESTS_IN_FLIGHT = 80;

/**
 * So many requests go to an account of which nothing is known yet. A new one runs 2 at once and has the others
 * begun within the minute; an older one begins them at once, and gets three times as many.
 */
export const FIRST_TURNS = 8;

/** ms after which a request that began counts: by then the end of the one before it has been heard as well. */
export const TURN_SETTLES = 100;

/** fal answers a submit at once; a slow one may still have been taken, so it gets long to say so. */
export const SUBMIT_DEADLINE = 60_000;

/** The longest that fal may work on one request where the user sets nothing, in s. */
export const DEFAULT_TIMEOUT_SECONDS = 600;

/** The longest wait in fal's queue where the user sets nothing, in s: a new account runs 2 requests at once. */
export const DEFAULT_START_TIMEOUT_SECONDS = 3_600;

/**
 * fal's status stream tells the end of an edit at once, with one call. `firstWord`: it speaks at once or
 * not at all; `slice`: a connection that hangs is left after this and a fresh look is taken; `breaks`:
 * after so many broken ones the status is polled.
 */
export const STREAM = { firstWord: 3_000, slice: 60_000, breaks: 3 };

// Requests that are found again

/** fal's most for a page of its request history, and the most pages that are read at once. */
export const HISTORY_PAGE = 100;
export const HISTORY_PAGES = 50;

/** Pages with payloads are large, and many requests may be looked for at once. */
export const LOOKUPS_IN_FLIGHT = 2;

/**
 * A request whose answer was lost is looked for in fal's history. `first` to `longest`: pauses between looks,
 * each the double of the one before; `gather`: those that begin within it look by the same pages; `look`: one
 * look is given this long at least; `submit`: the longest search where no edit is waited for. fal has received
 * it at most `early` before (seconds being the grain of fal's clock) and `late` after it was sent; `clockSkew`:
 * how far fal's clock may be off before its own word on it is known.
 */
export const LOST_REQUEST = {
	...{ first: 1_000, longest: 30_000, gather: 20, look: 10_000, submit: 120_000 },
	...{ early: 3_000, late: 180_000, clockSkew: 60_000 },
};

/** Requests that stand in a node's journal, the latest; each write of n8n's takes all of them along. */
export const JOURNAL = { kept: 2_000 };

/** What a process remembers: requests at 1 kB each, accounts at 200 bytes, triggers, and for each its deliveries at 500 bytes. */
export const REQUESTS_KEPT = 10_000;
export const ACCOUNTS_KNOWN = 1_000;
export const TRIGGERS_KEPT = 1_000;
/** fal repeats a callback for 2 h at most. */
export const DELIVERIES_KEPT = 10_000;

// Callbacks

/** The longest webhook address with callback data in it, in characters: servers and proxies on the way take 2,000 at least. */
export const MAX_WEBHOOK_URL = 2_000;

/** How far a callback's time may be off; fal's page on webhooks says 300 s. */
export const WEBHOOK_CLOCK_SKEW = 300_000;

/**
 * fal's keys for callbacks: `kept` as long as its page on webhooks allows. Fetches have a `pause` between them,
 * and a callback that has to wait for one still has it within the 15 s that fal waits for the answer.
 */
export const KEY_SET = { kept: 24 * 3_600_000, deadline: 5_000, pause: 2_000 };

/**
 * fal may call a moment before its status says COMPLETED; then there is another look after each `pause`, for
 * no longer than `unfinished`. fal waits 15 s for an answer: a call is `held` so long for its request's
 * delivery, and a run that is not over after `answer` says that fal is to call again.
 */
export const CALLBACK = { unfinished: 9_000, pause: 500, held: 13_000, answer: 10_000 };

/**
 * Runs that callbacks may have going in this process `atOnce`: each takes n8n some 30 MB, and so many keep
 * two processors busy; every `look` ms another one may come in, if there is time for it. Callbacks that come
 * meanwhile go `together` in one run, so many at most: it is to be saved while fal waits. So many of a trigger
 * may be `waiting`. Those of which fal has not said after `checks` that they are finished go with a later run.
 * `fetches` of them are fetched at once. A run that n8n has not begun after `begin` does not come; a workflow
 * that goes on for `longest` after the trigger stands in nobody's way.
 */
export const CALLBACK_RUNS = {
	...{ atOnce: 3, look: 100, together: 60, waiting: 1_000, fetches: 20 },
	...{ checks: 2_000, begin: 60_000, longest: 8_000 },
};

/**
 * ms for which a trigger goes on with a credential that n8n has opened; a new key counts after that. Where n8n's
 * database does not answer within `patience`, the last one is `kept` for so long.
 */
export const OPENED_CREDENTIAL = { fresh: 5_000, patience: 500, kept: 300_000 };

/**
 * Who delivers is settled in n8n's database, which knows no "write if absent": `settle` is far longer than a
 * read and the write after it take. A run renews its claims three times a `lease`; those of one that has died
 * are free after one to two of them. A claim lives until n8n has saved the run, and no `longest`er once its
 * items are out. `kept` entries, three a request, are remembered; a write that is refused is tried again.
 */
export const CLAIM = {
	...{ settle: 300, lease: 30_000, longest: 30_000, kept: 10_000 },
	...{ tries: 5, pause: 50 },
};

/**
 * Looks into fal's history for what has finished. fal does not say how late it lists a request, so what ended
 * within `late` before a look is read again at the next one. `sent`: so long before its end a request may have
 * been sent, which is what fal chooses by. `back`: fal keeps what came out for so long. `remembered`: one look
 * delivers no more, and reads back over no more that are delivered. So the claims know all that a killed process
 * has delivered: four entries each of those that they keep.
 */
export const LOOK = {
	...{ late: 10 * 60_000, sent: 24 * 3_600_000, back: 30 * 24 * 3_600_000 },
	remembered: 2_000,
};

/**
 * Behind the callbacks, the history is read `every` so often. What ended less than so long ago (`after`) is left to
 * fal's call. Where a process has just begun, it looks `back` so far, for the `most` that the claims remember.
 */
export const SWEEP = { every: 180_000, after: 120_000, back: 24 * 3_600_000, most: 3_000 };
