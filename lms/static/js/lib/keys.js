/** Single-key shortcuts can be switched off (WCAG 2.1.4); the choice stays on this device. */
export const SETTING = "lms.single-keys";

/** Whether single keys are on; they are until somebody switches them off. */
export function keysOn(/** @type {Pick<Storage, "getItem">} */ storage) {
  return storage.getItem(SETTING) !== "off";
}

/** Remember the choice. */
export function setKeys(/** @type {Pick<Storage, "setItem">} */ storage, /** @type {boolean} */ on) {
  storage.setItem(SETTING, on ? "on" : "off");
}

/** Whether the place that has the focus takes letters itself. */
export function isTyping(/** @type {{localName?: string, type?: string, isContentEditable?: boolean} | null} */ target) {
  if (!target) return false;
  if (target.isContentEditable) return true;
  if (target.localName === "textarea" || target.localName === "select") return true;
  const quiet = ["checkbox", "radio", "button", "submit", "reset", "range", "file"];
  return target.localName === "input" && !quiet.includes(target.type ?? "text");
}

/** Whether a single key may act now. */
export function keysAllowed(/** @type {any} */ event, /** @type {Pick<Storage, "getItem">} */ storage) {
  const chord = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
  return !chord && keysOn(storage) && !isTyping(event.target);
}
