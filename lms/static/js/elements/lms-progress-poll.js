/**
 * Follows long work on the server: the page is asked for again and what stands inside this element
 * is renewed, so that what moves here and what a person without script gets are the same. When the
 * answer has no such element any more, the work is over and the page is loaded again. `data-said`
 * is said aloud when it changes.
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
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      this.failures = 0;
      this.show(page.querySelector("lms-progress-poll"));
    } catch {
      this.failures = (this.failures ?? 0) + 1;
      this.plan(retryDelay(this.failures));
    }
  }

  show(/** @type {Element | null} */ fresh) {
    if (!(fresh instanceof HTMLElement)) {
      location.reload();
      return;
    }
    if (fresh.innerHTML !== this.innerHTML) this.replaceChildren(...fresh.childNodes);
    if (fresh.dataset.said && fresh.dataset.said !== this.dataset.said) {
      this.dataset.said = fresh.dataset.said;
      say(fresh.dataset.said, { unseen: true });
    }
    this.plan(this.every());
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }
}

customElements.define("lms-progress-poll", ProgressPoll);
