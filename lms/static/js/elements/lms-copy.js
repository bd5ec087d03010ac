/** Copies its text. The clipboard needs HTTPS; elsewhere the text is selected for Ctrl+C. */
import { say } from "../lib/page.js";

class Copy extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    const source = this.querySelector(".ui-copy__text");
    if (!button || !source) return;
    this.stop = new AbortController();
    button.hidden = false;
    button.addEventListener("click", () => this.copy(source), { signal: this.stop.signal });
  }

  async copy(/** @type {Element} */ source) {
    getSelection()?.selectAllChildren(source);
    try {
      await navigator.clipboard.writeText((source.textContent ?? "").trim());
      say(this.dataset.done ?? "");
    } catch {
      // Selected is as far as it goes without HTTPS; the keyboard does the rest.
    }
  }

  disconnectedCallback() {
    this.stop?.abort();
  }
}

customElements.define("lms-copy", Copy);
