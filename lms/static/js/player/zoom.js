/** A slide in large, in a dialog: scrolls to pan, keys and buttons for the size. */

import { findOne } from "./page.js";

const STEPS = [1, 1.5, 2, 2.5, 3, 4];

export class Zoom {
  #step = 0;

  /** @param {HTMLDialogElement} dialog @param {string} sizeText "{percent}" is filled in */
  constructor(dialog, sizeText) {
    this.dialog = dialog;
    this.sizeText = sizeText;
    this.frame = findOne(dialog, "[data-frame]");
    this.size = findOne(dialog, "[data-percent]");
    dialog.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest("[data-zoom]");
      if (button instanceof HTMLElement) this.by(Number(button.dataset.zoom));
    });
    dialog.addEventListener("keydown", (event) => {
      const step = { "+": 1, ";": 1, "=": 1, "-": -1, "0": 0 }[event.key];
      if (step !== undefined && !event.ctrlKey && !event.metaKey) this.by(step);
    });
    dialog.addEventListener("close", () => this.frame.replaceChildren());
  }

  /**
   * @param {HTMLElement} slide
   * @param {number} step how far to enlarge at once
   */
  open(slide, step) {
    const picture = /** @type {HTMLImageElement | null} */ (slide.querySelector("[data-zoom-src]"));
    const shown = document.createElement("div");
    shown.className = "player-zoom__sheet";
    if (picture) {
      const large = new Image(picture.width, picture.height);
      large.src = picture.dataset.zoomSrc ?? picture.src;
      large.alt = picture.alt;
      shown.append(large);
    } else {
      const face = findOne(slide, "[data-face]");
      const copy = /** @type {HTMLElement} */ (face.cloneNode(true));
      // The copy must not repeat the ids of the page.
      for (const element of copy.querySelectorAll("[id]")) element.removeAttribute("id");
      copy.removeAttribute("tabindex");
      copy.dataset.layout = slide.dataset.layout;
      shown.append(copy);
    }
    this.frame.replaceChildren(shown);
    this.dialog.showModal();
    this.#step = 0;
    this.by(step);
  }

  /** @param {number} steps larger or smaller; 0 goes back to the whole slide */
  by(steps) {
    const step = steps === 0 ? 0 : this.#step + steps;
    this.#step = Math.min(Math.max(step, 0), STEPS.length - 1);
    const { frame } = this;
    const [x, y] = [
      (frame.scrollLeft + frame.clientWidth / 2) / frame.scrollWidth,
      (frame.scrollTop + frame.clientHeight / 2) / frame.scrollHeight,
    ];
    frame.style.setProperty("--zoom", String(STEPS[this.#step]));
    // The middle stays in the middle.
    frame.scrollLeft = x * frame.scrollWidth - frame.clientWidth / 2;
    frame.scrollTop = y * frame.scrollHeight - frame.clientHeight / 2;
    this.size.textContent = this.sizeText.replace("{percent}", String(STEPS[this.#step] * 100));
  }
}
