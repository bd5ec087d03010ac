/** The caption bar under the stage, and the script that is followed beside it. */

import { findAll, findOne } from "./page.js";
import { startedBy, wordAt } from "./timeline.js";
import { Transcript } from "./transcript.js";

export class Captions {
  /** @type {string[][]} */
  #texts;
  #shown = "";

  /**
   * @param {HTMLElement} root
   * @param {{cues: import("./timeline.js").Cue[]}[]} slides
   * @param {(index: number, cue: number) => void} choose a sentence of the script was chosen
   */
  constructor(root, slides, choose) {
    this.slides = slides;
    this.line = findOne(root, "[data-caption]");
    this.box = findOne(root, "[data-captions]");
    const sections = findAll(root, "[data-slide]");
    this.#texts = sections.map((section) =>
      [...section.querySelectorAll("[data-cue]")].map((cue) => cue.textContent ?? ""),
    );
    const panel = findOne(root, "[data-transcript]");
    this.transcript = new Transcript(panel, sections, choose);
    this.link = document.createElement("link");
    this.link.rel = "prefetch";
    document.head.append(this.link);
  }

  /** @param {import("./state.js").State} state */
  show({ mode, index, position }) {
    const { cues } = this.slides[index];
    const cue = mode === "end" ? -1 : startedBy(cues, position + 0.001);
    this.transcript.mark(index, cue, mode === "end" ? null : wordAt(cues[cue], position));
    const text = mode === "question" || mode === "end" ? "" : (this.#texts[index][cue] ?? "");
    if (text === this.#shown) return;
    this.#shown = text;
    this.line.lang = this.line.dataset.lang ?? "";
    this.line.textContent = text;
  }

  /** Tell something that has to do with the sound. @param {string} message */
  say(message) {
    this.line.lang = document.documentElement.lang;
    this.line.textContent = message;
    this.#shown = message;
  }

  /** Fetch the next voice early, so that the change of slide makes no gap.
   * @param {string | undefined} url */
  prefetch(url) {
    if (url) this.link.href = url;
    else this.link.removeAttribute("href");
  }
}
