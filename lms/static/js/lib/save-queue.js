/**
 * Saving without losing: one request at a time, the newest state wins, and a state without an answer is
 * sent again under the same key, so that the server counts it once. It goes before anything newer: the
 * server may have it, and what follows must start from the revision it became.
 *
 * `send(payload, key)` answers `{kind: "saved" | "conflict" | "refused" | "offline", …}` and never throws.
 */

/** A key that names one save; works without HTTPS, where `crypto.randomUUID` is missing. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Milliseconds to wait before the next try: 2, 4, 8 … 60 seconds. */
export function retryDelay(/** @type {number} */ failures) {
  return Math.min(60, 2 ** Math.max(1, failures)) * 1000;
}

export class SaveQueue {
  /**
   * @param {(payload: any, key: string) => Promise<{kind: string}>} send
   * @param {(state: string, answer?: any) => void} show told "saving", "saved", "offline", "conflict" or "refused"
   * @param {{later?: (run: () => void, ms: number) => any, cancel?: (id: any) => void, key?: () => string}} [parts]
   */
  constructor(send, show, parts = {}) {
    this.send = send;
    this.show = show;
    this.later = parts.later ?? ((run, ms) => setTimeout(run, ms));
    this.cancel = parts.cancel ?? ((id) => clearTimeout(id));
    this.key = parts.key ?? newKey;
    /** @type {{payload: any, key: string} | null} */
    this.waiting = null;
    /** @type {{payload: any, key: string} | null} sent, but nobody knows whether it arrived */
    this.unsure = null;
    /** @type {Promise<void> | null} */
    this.running = null;
    this.stopped = false;
    this.failures = 0;
    /** @type {any} */
    this.timer = null;
  }

  /** Whether something is not yet acknowledged. */
  get dirty() {
    return this.running !== null || this.next !== null;
  }

  get next() {
    return this.unsure ?? this.waiting;
  }

  /** Take a new state; it replaces one that waits. Done when nothing is on its way any more. */
  put(/** @type {any} */ payload) {
    this.waiting = { payload, key: this.key() };
    return this.flush();
  }

  /** Send what waits, now; never two requests at a time. */
  async flush() {
    if (!this.running && !this.stopped && this.next) {
      this.running = this.sendAll().finally(() => (this.running = null));
    }
    await this.running;
  }

  /** One request after the other, until nothing is left or the server cannot be reached. */
  async sendAll() {
    while (this.next && !this.stopped) {
      this.cancel(this.timer);
      const item = this.next;
      if (!this.unsure) this.waiting = null;
      this.unsure = null;
      this.show("saving");
      const answer = await this.send(item.payload, item.key);
      if (answer.kind === "conflict") this.stopped = true;
      if (answer.kind === "offline") this.unsure = item;
      else this.failures = 0;
      this.show(answer.kind, answer);
      if (answer.kind === "offline") return this.tryLater();
    }
  }

  tryLater() {
    this.failures += 1;
    this.timer = this.later(() => this.flush(), retryDelay(this.failures));
  }
}
