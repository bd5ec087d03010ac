/**
 * Saves its form while somebody works. One request at a time; each carries the revision it started from
 * and a key, so that a repeat counts once. It says what is saved, to screen readers too, and keeps what
 * could not be sent.
 * The server answers JSON `{revision, saved_at}`; 409 means that somebody else changed the same thing.
 */
import { say } from "../lib/page.js";
import { SaveQueue } from "../lib/save-queue.js";
import { fill } from "../lib/text.js";

const PAUSE = 800;

class Autosave extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form") ?? this.closest("form");
    if (!form) return;
    this.form = form;
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.queue = new SaveQueue(
      (payload, key) => this.send(payload, key),
      (state, answer) => this.show(state, answer),
    );
    const soon = () => {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.save(), PAUSE);
    };
    form.addEventListener("input", soon, { signal });
    form.addEventListener("change", soon, { signal });
    form.addEventListener("submit", (event) => void this.goOn(event), { signal });
    addEventListener("online", () => this.queue?.flush(), { signal });
    addEventListener("pagehide", () => this.leave(), { signal });
    addEventListener(
      "beforeunload",
      (event) => {
        if (this.timer || this.queue?.dirty) event.preventDefault();
      },
      { signal },
    );
  }

  save() {
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.form) return this.queue?.put(new FormData(this.form));
  }

  /**
   * Leave by a button of the form, but not before the server has what was typed: the page of a browser
   * that reaches nobody would take it away.
   */
  async goOn(/** @type {SubmitEvent} */ event) {
    if (this.queue?.stopped || !(this.timer || this.queue?.dirty)) return this.quit();
    event.preventDefault();
    if (this.going) return;
    this.going = true;
    await (this.timer ? this.save() : this.queue?.flush());
    this.going = false;
    if (this.queue?.dirty) return say(this.dataset.held ?? this.dataset.offline ?? "");
    this.quit();
    this.form?.requestSubmit(event.submitter);
  }

  leave() {
    this.leaving = true;
    if (this.timer) this.save();
  }

  async send(/** @type {FormData} */ payload, /** @type {string} */ key) {
    const revision = this.form?.elements.namedItem("revision");
    if (revision instanceof HTMLInputElement) payload.set("revision", revision.value);
    payload.delete("_key");
    try {
      const answer = await fetch(this.dataset.url ?? this.form?.action ?? "", {
        method: "POST",
        body: payload,
        // A request that outlives the page may carry 64 KiB only, so it is asked for when leaving.
        keepalive: this.leaving === true,
        headers: { Accept: "application/json", "Idempotency-Key": key },
      });
      if (answer.status === 409) return { kind: "conflict" };
      if (answer.status >= 500 || answer.status === 429) return { kind: "offline" };
      if (!answer.ok || answer.redirected) {
        // A refusal by a rule says in a sentence what to type instead.
        const reason = answer.status === 422 ? (await answer.json()).error : "";
        return { kind: "refused", reason };
      }
      const body = await answer.json();
      if (revision instanceof HTMLInputElement && body.revision !== undefined) {
        revision.value = String(body.revision);
      }
      return { kind: "saved", savedAt: body.saved_at };
    } catch {
      return { kind: "offline" };
    }
  }

  show(/** @type {string} */ state, /** @type {{savedAt?: string, reason?: string} | undefined} */ answer) {
    const target = this.querySelector("[data-state-text]");
    if (!(target instanceof HTMLElement)) return;
    const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
    const now = new Date();
    const time = answer?.savedAt ?? `${two(now.getHours())}:${two(now.getMinutes())}`;
    const name = state === "refused" ? "failed" : state;
    target.dataset.state = name;
    const text = answer?.reason || fill(this.dataset[name] ?? "", { time });
    target.textContent = text;
    if (state === "saved") this.forgive();
    // "Saving…" passes by, and each further try without a connection would say the same again.
    if (state === "saving" || text === this.said) return;
    this.said = text;
    say(text, { unseen: true });
  }

  /** What the page said about an answer that was refused does not hold for the one that was saved. */
  forgive() {
    this.querySelector("[data-refused]")?.remove();
    this.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
  }

  quit() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.stop?.abort();
    if (this.queue) this.queue.stopped = true;
  }

  disconnectedCallback() {
    this.quit();
  }
}

customElements.define("lms-autosave", Autosave);
