/**
 * What every page runs: it loads the elements that stand on the page and nothing else.
 * The page works without any of it.
 */
import { focusFirst, searchOnSlash } from "./lib/page.js";

/** Every element of this folder; a test compares the list with the files. */
export const ELEMENTS = [
  "lms-autosave",
  "lms-autosubmit",
  "lms-confirm",
  "lms-copy",
  "lms-countdown",
  "lms-dialog",
  "lms-file-drop",
  "lms-key-switch",
  "lms-menu",
  "lms-progress-poll",
  "lms-quiz-map",
  "lms-reveal",
  "lms-sortable",
  "lms-table-select",
];

const present = ELEMENTS.filter((name) => document.querySelector(name));
await Promise.all(present.map((name) => import(`./elements/${name}.js`)));
focusFirst(document);
searchOnSlash(document);
// What the player could not send (player/store.js) must not stay behind on a shared PC.
document.querySelector("form[data-sign-out]")?.addEventListener("submit", () => {
  indexedDB.deleteDatabase("lms-player");
});
