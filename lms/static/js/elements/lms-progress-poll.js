/**
 * Follows long work on the server. `data-url` answers JSON `{value, max, text, state}`; state is
 * running, done or failed. It stops at the end and goes to `data-done-url` (or loads the page again).
 */
import { say } from "../lib/page.js";
import { retryDelay } from "../lib/save-queue.js";

class ProgressPoll extends HTMLElement {
  connectedCallback() {
    this.failures = 0;
    this.plan(this.every());
  }

  every() {
    return Math.max(1, Number(this.dataset.every ?? 2)) * 1000;
  }

  plan(/** @type {number} */ wait) {
    this.timer = window.setTimeout(() => this.ask(), wait);
  }

  async ask() {
    try {
      const answer = await fetch(this.dataset.url ?? "", { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      this.failures = 0;
      this.show(await answer.json());
    } catch {
      this.failures = (this.failures ?? 0) + 1;
      this.plan(retryDelay(this.failures));
    }
  }

  show(/** @type {{value?: number, max?: number, text?: string, state?: string}} */ status) {
    const bar = this.querySelector("progress");
    if (bar && status.max) {
      bar.max = status.max;
      bar.value = status.value ?? 0;
    }
    const target = this.querySelector("[data-text], .ui-progress__text");
    if (target && status.text !== undefined && target.textContent !== status.text) {
      target.textContent = status.text;
    }
    if (status.state === "done" || status.state === "failed") {
      say(status.text ?? "");
      const next = status.state === "done" ? this.dataset.doneUrl : "";
      if (next) location.assign(next);
      else location.reload();
    } else {
      this.plan(this.every());
    }
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }
}

customElements.define("lms-progress-poll", ProgressPoll);
