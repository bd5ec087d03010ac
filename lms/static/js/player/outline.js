/** What is done and what is saved: contents list, saved mark, card at the end. */

import { findAll, findOne } from "./page.js";
import { fill } from "./timeline.js";

export class Outline {
  /** @type {Set<string>} slides that were opened and not acknowledged yet */
  #opened = new Set();

  /** What the last save came to. */
  #state = "saved";

  /** @param {HTMLElement} root @param {Record<string, string>} text */
  constructor(root, text) {
    this.root = root;
    this.text = text;
    this.saved = findOne(root, "[data-saved]");
    this.status = findOne(root, "[data-announce]");
    this.heard = findOne(root, "[data-heard]");
    this.links = findAll(root, "[data-outline] [data-goto]");
  }

  /** @param {import("./state.js").State} state */
  show({ index, mode, open }) {
    this.links.forEach((link, number) => {
      if (number === index && mode !== "end") link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    });
    this.#opened.add(this.links[index].dataset.goto ?? "");
    reveal(this.links[index]);
    for (const link of this.root.querySelectorAll("[data-open-question]")) {
      const stop = link.getAttribute("data-open-question") ?? "";
      link.toggleAttribute("hidden", !open.has(stop));
    }
    const left = this.root.querySelector("[data-left]");
    left?.toggleAttribute("hidden", open.size === 0);
    this.#score();
  }

  /** How many of the graded questions were right, for the card at the end. */
  #score() {
    const graded = [...this.root.querySelectorAll("[data-question]:not([data-survey])")];
    const right = graded.filter((form) => form.getAttribute("data-answered") === "right").length;
    const place = this.root.querySelector("[data-score]");
    if (place) place.textContent = fill(this.text.score, { right, all: graded.length });
  }

  /** @param {number} index */
  announce(index) {
    const title = this.links[index].dataset.title ?? "";
    const values = { number: index + 1, count: this.links.length, title };
    this.status.textContent = fill(this.text.slide, values);
  }

  /** Show what became of the progress. @param {import("./sync.js").Report} report */
  report(report) {
    this.saved.dataset.state = report.state;
    const { saved, waiting, signIn, refused } = this.text;
    if (report.state === "saved") {
      this.#tell(fill(saved, { time: report.saved.saved_at }));
      this.#acknowledge(report.saved);
    } else if (report.state === "refused") {
      this.#tell(refused);
    } else {
      const text = report.state === "sign-in" ? signIn : waiting;
      this.#tell(fill(text, { count: report.count }));
    }
    // Who cannot see the mark hears that saving stopped and went on again, but not every save.
    if (report.state !== this.#state) this.heard.textContent = this.saved.textContent;
    this.#state = report.state;
  }

  /** An answer was saved. @param {import("./questions.js").Result} result */
  answered(result) {
    if (this.saved.dataset.state === "saved") this.#tell(fill(this.text.saved, { time: result.saved_at }));
    this.#rules(result);
  }

  /** @param {string} text */
  #tell(text) {
    if (this.saved.textContent !== text) this.saved.textContent = text;
  }

  /** @param {import("./sync.js").Saved} saved */
  #acknowledge(saved) {
    for (const link of this.links) {
      if (this.#opened.has(link.dataset.goto ?? "")) link.dataset.seen = "";
    }
    this.#rules(saved);
  }

  /** @param {{ticks?: {id: string, done: boolean}[], completed?: boolean}} saved */
  #rules({ ticks = [], completed }) {
    for (const { id, done } of ticks) {
      const tick = this.root.querySelector(`[data-tick="${CSS.escape(id)}"]`);
      if (tick instanceof HTMLElement) tick.dataset.done = String(done);
    }
    if (completed) this.root.dataset.completed = "";
  }
}

/**
 * Bring an entry into view when the list scrolls by itself; the page is never moved.
 *
 * @param {HTMLElement} link
 */
function reveal(link) {
  const side = link.closest("[data-outline-home]");
  if (!side || side.scrollHeight <= side.clientHeight) return;
  const [inner, outer] = [link.getBoundingClientRect(), side.getBoundingClientRect()];
  if (inner.top < outer.top || inner.bottom > outer.bottom) {
    side.scrollTop += inner.top - outer.top - outer.height / 3;
  }
}
