/** What stands in the page the server sent. */

import { readCues } from "./timeline.js";

/**
 * The element that must be there: the template and the script belong together.
 *
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function findOne(root, selector) {
  const found = root.querySelector(selector);
  if (found instanceof HTMLElement) return found;
  throw new Error(`The page has no ${selector}`);
}

/** @param {ParentNode} root @param {string} selector */
export function findAll(root, selector) {
  return /** @type {HTMLElement[]} */ ([...root.querySelectorAll(selector)]);
}

/**
 * @typedef {import("./state.js").Slide & {audio: string, cues: import("./timeline.js").Cue[]}} Slide
 *
 * @param {ParentNode} root
 * @returns {Slide[]}
 */
export function readSlides(root) {
  return findAll(root, "[data-slide]").map((section) => {
    const { slide = "", duration, audio = "", timing = "[]" } = section.dataset;
    const stops = findAll(section, "[data-question]").map((form) => form.dataset.question ?? "");
    return { id: slide, duration: Number(duration), stops, audio, cues: readCues(timing) };
  });
}

/**
 * Where to begin: the slide in the address, else where the learner stopped.
 *
 * @param {HTMLElement} root
 * @param {Slide[]} slides
 * @param {string} hash such as "#slide-map"
 */
export function readStart(root, slides, hash) {
  const { resumeSlide, resumePosition = 0 } = root.dataset;
  const wanted = hash.startsWith("#slide-") ? decodeURIComponent(hash.slice(7)) : null;
  const indexOf = (/** @type {string | null | undefined} */ id) => slides.findIndex((slide) => slide.id === id);
  const asked = indexOf(wanted);
  const open = findAll(root, "[data-question]:not([data-answered])");
  return {
    open: open.map((form) => form.dataset.question ?? ""),
    index: Math.max(asked >= 0 ? asked : indexOf(resumeSlide), 0),
    position: asked >= 0 ? 0 : Number(resumePosition),
  };
}
