/**
 * Which key does what. Pure: takes what the event says and gives the name of an action.
 *
 * @typedef {"toggle" | "back" | "forward" | "previous" | "next" | "captions" | "transcript"
 *   | "fullscreen" | "zoom-in" | "zoom-out" | "help"} Action
 *
 * @typedef {object} Press
 * @property {string} key
 * @property {boolean} [shift]
 * @property {boolean} [modified] Ctrl, Alt or Meta is held
 * @property {boolean} [typing] a form control has the focus
 * @property {boolean} [operating] a button, link or tab has the focus
 */

/** @type {Record<string, Action>} */
const LETTERS = {
  k: "toggle",
  c: "captions",
  t: "transcript",
  n: "next",
  p: "previous",
  f: "fullscreen",
  "+": "zoom-in",
  ";": "zoom-in",
  "=": "zoom-in",
  "-": "zoom-out",
  "?": "help",
};

/**
 * The action of a key press, or `null` when the key is not ours.
 *
 * Single character keys can be switched off (WCAG 2.1.4). A control that has the focus keeps its
 * own keys: everything in a form control, the space bar on a button, the arrows in a tab list.
 * On Japanese keyboards `+` is Shift and `;`, so the bare `;` is taken as well.
 *
 * @param {Press} press
 * @param {{singleKeys: boolean}} options
 * @returns {Action | null}
 */
export function actionFor(press, { singleKeys }) {
  if (press.modified || press.typing) return null;
  if (press.key === " ") return press.operating ? null : "toggle";
  if (press.key === "ArrowLeft") return press.shift ? "previous" : "back";
  if (press.key === "ArrowRight") return press.shift ? "next" : "forward";
  if (!singleKeys) return null;
  return LETTERS[press.key.toLowerCase()] ?? null;
}

/**
 * Describe a keyboard event for `actionFor`.
 *
 * @param {KeyboardEvent} event
 * @returns {Press}
 */
export function describe(event) {
  const target = /** @type {Element} */ (event.target);
  return {
    key: event.key,
    shift: event.shiftKey,
    modified: event.ctrlKey || event.altKey || event.metaKey || event.isComposing,
    typing: Boolean(target.closest("input, select, textarea, [contenteditable], [role=tab]")),
    operating: Boolean(target.closest("a, button, summary")),
  };
}
