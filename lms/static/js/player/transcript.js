/** The script beside the slides: follows the voice, and leads it when a sentence is chosen. */

import { findAll, findOne } from "./page.js";

/**
 * @typedef {import("./timeline.js").Cue} Cue
 * @typedef {import("./timeline.js").Word} Word
 */

const SPOKEN = "player-word";

export class Transcript {
  /** @type {HTMLElement[][]} sentences of each slide */
  #sentences = [];

  /** @type {HTMLElement | null} */
  #current = null;

  /** @type {HTMLElement | null} the one sentence in the tab order */
  #reachable = null;

  /**
   * @param {HTMLElement} panel where the scripts of all slides go
   * @param {HTMLElement[]} slides
   * @param {(index: number, cue: number) => void} choose
   */
  constructor(panel, slides, choose) {
    this.panel = panel;
    slides.forEach((slide, index) => {
      const script = findOne(slide, "[data-script]");
      panel.append(script);
      const sentences = findAll(script, "[data-cue]");
      sentences.forEach((sentence, cue) => {
        sentence.setAttribute("role", "button");
        sentence.tabIndex = -1;
        sentence.addEventListener("click", () => choose(index, cue));
      });
      this.#sentences.push(sentences);
    });
    this.#reach(this.#sentences.flat()[0] ?? null);
    panel.addEventListener("keydown", (event) => this.#key(event));
  }

  /**
   * Mark the sentence, and inside it the word, that is spoken.
   *
   * @param {number} index slide
   * @param {number} cue number of the sentence, -1 for none
   * @param {Word | null} word
   */
  mark(index, cue, word) {
    const sentence = this.#sentences[index]?.[cue] ?? null;
    if (sentence !== this.#current) {
      this.#current?.removeAttribute("aria-current");
      sentence?.setAttribute("aria-current", "true");
      this.#current = sentence;
      if (sentence) {
        if (!this.panel.contains(document.activeElement)) this.#reach(sentence);
        this.reveal();
      }
    }
    this.#highlight(sentence, word);
  }

  /** Bring the spoken sentence into view without moving the page itself. */
  reveal() {
    const sentence = this.#current;
    const box = this.panel.closest("[data-scrolls]");
    if (!sentence || !box || box.scrollHeight <= box.clientHeight) return;
    const [inner, outer] = [sentence.getBoundingClientRect(), box.getBoundingClientRect()];
    if (inner.top >= outer.top + 48 && inner.bottom <= outer.bottom - 48) return;
    box.scrollBy({ top: inner.top - outer.top - outer.height / 3 });
  }

  /** @param {HTMLElement | null} sentence @param {Word | null} word */
  #highlight(sentence, word) {
    if (!("highlights" in CSS)) return;
    const text = sentence?.firstChild;
    if (!word || !text || word[3] > (text.textContent ?? "").length) {
      CSS.highlights.delete(SPOKEN);
      return;
    }
    // A word in English goes on to the next one; the blank between them is not marked.
    const spoken = (text.textContent ?? "").slice(word[2], word[3]).trimEnd();
    const range = new Range();
    range.setStart(text, word[2]);
    range.setEnd(text, word[2] + spoken.length);
    CSS.highlights.set(SPOKEN, new Highlight(range));
  }

  /** @param {HTMLElement | null} sentence */
  #reach(sentence) {
    if (this.#reachable) this.#reachable.tabIndex = -1;
    if (sentence) sentence.tabIndex = 0;
    this.#reachable = sentence;
  }

  /** Up and down walk through the sentences, Enter and Space choose. @param {KeyboardEvent} event */
  #key(event) {
    const sentence = /** @type {HTMLElement} */ (event.target).closest("[data-cue]");
    if (!sentence) return;
    if (event.key === "Enter" || event.key === " ") {
      /** @type {HTMLElement} */ (sentence).click();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const all = this.#sentences.flat();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const target = all[all.indexOf(/** @type {HTMLElement} */ (sentence)) + step];
      if (target) {
        this.#reach(target);
        target.focus();
      }
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
