/**
 * Sends progress and says what became of it. A beat leaves the queue only when the server has
 * acknowledged it; a repeated one does no harm, because the server counts (launch, seq) once.
 *
 * @typedef {import("./queue.js").Stored} Stored
 *
 * @typedef {object} Saved answer of the server
 * @property {string} saved_at time of day to show, such as "10:42"
 * @property {number} acked_seq every beat of the launch up to here is stored
 * @property {{id: string, done: boolean}[]} [ticks] completion rules of the module
 * @property {boolean} [completed]
 *
 * @typedef {{state: "saved", saved: Saved} | {state: "waiting" | "sign-in", count: number}
 *   | {state: "refused"}} Report
 */

import { afterAck, backOff, nextBatch, sort, verdict } from "./queue.js";
import { Store } from "./store.js";

export class Sync {
  /** @type {Stored[]} */
  #waiting = [];
  #store = new Store();
  #seq = 0;
  #failures = 0;
  #sending = false;
  #timer = 0;

  /**
   * @param {{url: string, csrf: string, account: string, launch: string}} options an empty `url`
   *   (the preview) records nothing
   * @param {(report: Report) => void} report
   */
  constructor(options, report) {
    this.options = options;
    this.report = report;
  }

  /** Send what an earlier page could not send. */
  async start() {
    if (!this.options.url) return;
    const { mine, expired } = sort(await this.#store.all(), this.options.account, Date.now());
    this.#store.remove(expired);
    // The store already holds what this page has recorded since it was opened.
    const earlier = mine.filter((beat) => beat.launch !== this.options.launch);
    this.#waiting.unshift(...earlier);
    if (earlier.length) await this.send();
  }

  /**
   * Put a beat into the queue; `flush` sends it.
   *
   * @param {{slide: string, position: number, seconds: number, kind: "slide"|"beat"|"end"}} beat
   */
  record(beat) {
    if (!this.options.url) return;
    this.#seq += 1;
    const { account, launch } = this.options;
    const at = new Date().toISOString();
    const stored = { account, launch, seq: this.#seq, at, ...beat };
    this.#waiting.push(stored);
    this.#store.add(stored);
  }

  /** Send what waits, unless the last attempt failed: then its turn comes by itself. */
  flush() {
    if (this.#failures === 0) this.send();
    else this.report({ state: "waiting", count: this.#waiting.length });
  }

  /** Send everything that waits, one request at a time. */
  async send() {
    if (this.#sending) return;
    clearTimeout(this.#timer);
    this.#sending = true;
    let batch = nextBatch(this.#waiting);
    while (batch && (await this.#deliver(batch))) batch = nextBatch(this.#waiting);
    this.#sending = false;
  }

  /** The last chance before the page goes: nobody will read the answer, so nothing is removed. */
  beacon() {
    const batch = nextBatch(this.#waiting);
    if (!batch) return;
    const { url, csrf } = this.options;
    const beats = JSON.stringify(batch.beats);
    navigator.sendBeacon(url, new URLSearchParams({ launch: batch.launch, csrf_token: csrf, beats }));
  }

  /**
   * @param {NonNullable<ReturnType<typeof nextBatch>>} batch
   * @returns {Promise<boolean>} whether the queue moved, so that the next batch may follow
   */
  async #deliver(batch) {
    const { status, saved } = await this.#post(batch);
    const outcome = verdict(status);
    if (outcome === "taken" && saved && saved.acked_seq >= batch.beats[0].seq) {
      this.#failures = 0;
      this.#drop(batch.launch, saved.acked_seq);
      this.report({ state: "saved", saved });
      return true;
    }
    if (outcome === "refused") {
      this.#drop(batch.launch, batch.beats[batch.beats.length - 1].seq);
      this.report({ state: "refused" });
      return true;
    }
    this.#failures += 1;
    const state = outcome === "sign-in" ? "sign-in" : "waiting";
    this.report({ state, count: this.#waiting.length });
    this.#timer = window.setTimeout(() => this.send(), backOff(this.#failures, Math.random()));
    return false;
  }

  /** @param {string} launch @param {number} acked */
  #drop(launch, acked) {
    const left = afterAck(this.#waiting, launch, acked);
    this.#store.remove(this.#waiting.filter((beat) => !left.includes(beat)));
    this.#waiting = left;
  }

  /**
   * @param {{launch: string, beats: object[]}} batch
   * @returns {Promise<{status: number, saved?: Saved}>} status 0: no answer came
   */
  async #post(batch) {
    const { url, csrf } = this.options;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
        body: JSON.stringify(batch),
        credentials: "same-origin",
        redirect: "manual",
        keepalive: true,
      });
      // Without a session the server leads to the sign-in page instead of answering.
      if (response.type === "opaqueredirect") return { status: 401 };
      return { status: response.status, saved: response.ok ? await response.json() : undefined };
    } catch {
      return { status: 0 };
    }
  }
}
