/** Small things that belong to the page as a whole. */
import { keysAllowed } from "./keys.js";

/** Put the focus on the list of errors after a failed post, so that it is read and seen first. */
export function focusFirst(/** @type {Document} */ page) {
  const target = page.querySelector("[data-focus-first]");
  if (target instanceof HTMLElement) target.focus();
}

/** "/" goes to the search field, unless somebody is typing or has switched single keys off. */
export function searchOnSlash(/** @type {Document} */ page) {
  const field = page.querySelector(".ui-header [type=search]");
  if (!(field instanceof HTMLElement)) return;
  page.addEventListener("keydown", (event) => {
    if (event.key === "/" && keysAllowed(event, localStorage) && field.offsetParent) {
      event.preventDefault();
      field.focus();
    }
  });
}

let timer = 0;

/**
 * Say something: shown for a moment and read by screen readers.
 * @param {string} text
 * @param {{ unseen?: boolean }} [how] unseen: only read, for what everybody else sees happen
 */
export function say(text, { unseen = false } = {}) {
  const region = document.querySelector("[data-toasts]");
  if (!region || !text) return;
  const toast = document.createElement("div");
  toast.className = unseen ? "ui-hidden" : "ui-toast";
  toast.textContent = text;
  region.replaceChildren(toast);
  clearTimeout(timer);
  timer = window.setTimeout(() => region.replaceChildren(), 5000);
}
