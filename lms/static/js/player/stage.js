/** What is on the stage: the face of a slide, one of its questions, or the card at the end. */

import { findAll, findOne } from "./page.js";

/**
 * What is tried until everything fits: the size of the text, and the least height of the picture in
 * hundredths of the slide's width. The words inside a picture are small, so the text gives way first.
 */
const FITS = [
  [1, 28],
  [0.92, 28],
  [0.85, 28],
  [0.78, 26],
  [0.72, 24],
  [0.66, 20],
  [0.66, 14],
];

export class Stage {
  /** @param {HTMLElement} root the player */
  constructor(root) {
    this.root = root;
    this.box = findOne(root, "[data-stage]");
    this.slides = findAll(root, "[data-slide]");
    this.end = findOne(root, "[data-end]");
    this.slides.forEach(placeHotspots);
    this.#watch = new ResizeObserver(() => this.fit());
    this.#watch.observe(this.box);
    // A picture among the words takes its room only when it has arrived; "load" does not bubble.
    this.box.addEventListener("load", () => this.fit(), {
      capture: true,
      signal: this.#gone.signal,
    });
  }

  #watch;

  #gone = new AbortController();

  /** @type {HTMLElement | null} */
  #face = null;

  disconnect() {
    this.#watch.disconnect();
    this.#gone.abort();
  }

  /**
   * Show what the state asks for.
   *
   * @param {import("./state.js").State} state
   */
  show({ mode, index, stop }) {
    const ended = mode === "end";
    this.slides.forEach((slide, number) => {
      slide.hidden = ended || number !== index;
    });
    const slide = this.slides[index];
    const face = findOne(slide, "[data-face]");
    const asking = Boolean(stop) && !ended;
    slide.toggleAttribute("data-asking", asking);
    for (const form of slide.querySelectorAll("[data-question]")) {
      /** @type {HTMLElement} */ (form).hidden = form.getAttribute("data-question") !== stop;
    }
    this.end.hidden = !ended;
    this.box.dataset.showing = ended ? "end" : asking ? "question" : "slide";
    this.#face = ended || asking ? null : face;
    this.fit();
  }

  /** Put the focus where the question or the end card begins. */
  focus() {
    const shown = ":not([hidden])";
    const part = this.root.querySelector(
      `[data-slide]${shown} [data-question]${shown} [data-focus], [data-end]${shown} [data-focus]`,
    );
    /** @type {HTMLElement | null} */ (part)?.focus();
  }

  /** Make a text slide as large as its text allows; a slide that is still too long scrolls. */
  fit() {
    const body = this.#face?.querySelector("[data-body]");
    if (!this.#face || !body) return;
    for (const [text, picture] of FITS) {
      this.#face.style.setProperty("--slide-fit", String(text));
      this.#face.style.setProperty("--slide-picture", String(picture));
      if (this.#face.scrollHeight <= this.#face.clientHeight + 1) break;
    }
    const scrolls = this.#face.scrollHeight > this.#face.clientHeight + 1;
    // Whatever scrolls must be reachable by keyboard.
    if (scrolls) this.#face.tabIndex = 0;
    else this.#face.removeAttribute("tabindex");
  }
}

/**
 * Put the links of a picture over the picture; without this script they are a list under it.
 *
 * @param {HTMLElement} slide
 */
function placeHotspots(slide) {
  for (const link of findAll(slide, "[data-x]")) {
    const { x, y, w, h } = link.dataset;
    link.style.left = `${Number(x) * 100}%`;
    link.style.top = `${Number(y) * 100}%`;
    link.style.width = `${Number(w) * 100}%`;
    link.style.height = `${Number(h) * 100}%`;
  }
}
