/** The bar under the stage: what is pressed becomes an action, what happens becomes visible. */

import { findOne } from "./page.js";
import { clock, fill, offsetOf } from "./timeline.js";

export class Controls {
  /**
   * @param {HTMLElement} root
   * @param {import("./state.js").Slide[]} slides
   * @param {Record<string, string>} text
   */
  constructor(root, slides, text) {
    this.root = root;
    this.slides = slides;
    this.text = text;
    this.total = offsetOf(slides, slides.length);
    this.seek = /** @type {HTMLInputElement} */ (root.querySelector("[data-seek]"));
    this.seek.max = String(Math.floor(this.total));
    this.time = findOne(root, "[data-time]");
    this.count = findOne(root, "[data-count]");
    this.marks = findOne(root, "[data-marks]");
    this.toggle = findOne(root, "[data-play]");
    this.titles = [...root.querySelectorAll("[data-slide]")].map(
      (slide) => slide.getAttribute("data-title") ?? "",
    );
    this.#place();
  }

  #second = -1;

  /** @type {[HTMLElement, string[]][]} marks of the questions */
  #stops = [];

  /** Slide borders and question marks over the seek bar. */
  #place() {
    this.slides.forEach((slide, index) => {
      const end = offsetOf(this.slides, index + 1) / this.total;
      if (slide.stops.length) this.#stops.push([this.#mark("stop", end), slide.stops]);
      else if (index < this.slides.length - 1) this.#mark("tick", end);
    });
  }

  /** @param {string} kind @param {number} share */
  #mark(kind, share) {
    const mark = document.createElement("span");
    mark.dataset.mark = kind;
    mark.style.left = `${share * 100}%`;
    this.marks.append(mark);
    return mark;
  }

  /** @param {import("./state.js").State} state */
  show(state) {
    const playing = state.mode === "playing";
    this.toggle.setAttribute("aria-label", playing ? this.text.pause : this.text.play);
    this.toggle.title = playing ? this.text.pause : this.text.play;
    this.root.dataset.mode = state.mode;
    this.count.textContent = `${state.index + 1} / ${this.slides.length}`;
    for (const [mark, stops] of this.#stops) {
      mark.toggleAttribute("data-done", !stops.some((stop) => state.open.has(stop)));
    }
    this.#second = -1;
    this.tick(state);
  }

  /** The place in time; changes the page once a second at most. @param {State} state
   * @typedef {import("./state.js").State} State */
  tick(state) {
    const total = offsetOf(this.slides, state.index) + state.position;
    if (Math.floor(total) === this.#second) return;
    this.#second = Math.floor(total);
    this.seek.value = String(this.#second);
    this.seek.style.setProperty("--played", `${(total / this.total) * 100}%`);
    this.seek.setAttribute(
      "aria-valuetext",
      fill(this.text.place, {
        number: state.index + 1,
        title: this.titles[state.index],
        time: clock(total),
        total: clock(this.total),
      }),
    );
    this.time.textContent = `${clock(total)} / ${clock(this.total)}`;
  }

  /** @param {string} action @param {boolean} on */
  press(action, on) {
    for (const button of this.root.querySelectorAll(`[data-action=${action}]`)) {
      const state = button.hasAttribute("aria-expanded") ? "aria-expanded" : "aria-pressed";
      button.setAttribute(state, String(on));
    }
  }
}
