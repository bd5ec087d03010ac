/**
 * Progress that the server has not acknowledged yet. Pure; `store.js` keeps it, `sync.js` sends it.
 *
 * @typedef {"slide" | "beat" | "end"} Kind
 *
 * @typedef {object} Beat
 * @property {number} seq counts from 1 in each launch; (launch, seq) is counted once by the server
 * @property {string} slide
 * @property {number} position seconds in the slide
 * @property {number} seconds seconds of engagement since the beat before, at most 15
 * @property {Kind} kind a slide was opened, time went by, or a slide was played to its end
 * @property {string} at when, by this computer's clock (ISO 8601)
 *
 * @typedef {Beat & {account: string, launch: string}} Stored
 */

/** Seconds of engagement after which a beat is sent. */
export const INTERVAL = 15;

/** Unsent progress older than this is given up: the server no longer takes it. */
export const KEEP_MS = 72 * 3600 * 1000;

/** A request carries at most this many beats. */
export const BATCH = 200;

/**
 * What the next request carries: the beats of one launch, oldest launch first.
 *
 * @param {Stored[]} waiting
 * @returns {{launch: string, beats: Beat[]} | null}
 */
export function nextBatch(waiting) {
  if (!waiting.length) return null;
  const oldest = waiting.reduce((a, b) => (b.at < a.at ? b : a));
  const beats = waiting
    .filter((beat) => beat.launch === oldest.launch)
    .sort((a, b) => a.seq - b.seq)
    .slice(0, BATCH)
    .map(({ account: _account, launch: _launch, ...beat }) => beat);
  return { launch: oldest.launch, beats };
}

/**
 * What is left after the server took everything of `launch` up to `acked`.
 *
 * @template {Stored} T
 * @param {T[]} waiting
 * @param {string} launch
 * @param {number} acked
 * @returns {T[]}
 */
export function afterAck(waiting, launch, acked) {
  return waiting.filter((beat) => beat.launch !== launch || beat.seq > acked);
}

/**
 * Split what was found in the store: what this account may still send, and what is too old for
 * the server. Progress of another account is neither: it waits until its owner signs in again.
 *
 * @template {Stored} T
 * @param {T[]} found
 * @param {string} account
 * @param {number} now milliseconds
 * @returns {{mine: T[], expired: T[]}}
 */
export function sort(found, account, now) {
  const fresh = (/** @type {T} */ beat) => now - Date.parse(beat.at) < KEEP_MS;
  return {
    mine: found.filter((beat) => beat.account === account && fresh(beat)),
    expired: found.filter((beat) => !fresh(beat)),
  };
}

/**
 * Milliseconds to wait after `failures` failures in a row: 2, 4, 8 … 60 s, ± 50 %, so that the
 * browsers of a whole town hall do not come back in the same second.
 *
 * @param {number} failures from 1
 * @param {number} random 0 ≤ random < 1
 */
export function backOff(failures, random) {
  return Math.min(2 ** failures, 60) * 1000 * (0.5 + random);
}

/**
 * What a response means for the beats that were sent.
 *
 * `taken`: delete them; `later`: try again; `sign-in`: wait until somebody signed in again;
 * `refused`: the server will never take them.
 *
 * @param {number} status HTTP status, 0 for no response
 * @returns {"taken" | "later" | "sign-in" | "refused"}
 */
export function verdict(status) {
  if (status >= 200 && status < 300) return "taken";
  // 400 is what an outdated form token gets: the session it belonged to is over.
  if (status === 400 || status === 401 || status === 403) return "sign-in";
  if (status === 0 || status === 408 || status === 425 || status === 429 || status >= 500) {
    return "later";
  }
  return "refused";
}
