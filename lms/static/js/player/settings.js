/**
 * How this learner likes to play, remembered on this device. Nothing personal is stored.
 *
 * @typedef {object} Settings
 * @property {number} rate
 * @property {boolean} captions
 * @property {boolean} advance go to the next slide by itself
 * @property {boolean} singleKeys
 * @property {boolean} announce captions are a live region
 * @property {boolean} large captions in large letters
 * @property {number} volume 0 to 1
 * @property {boolean} muted
 */

import { keysOn, setKeys } from "../lib/keys.js";

const NAME = "lms-player";

/** @type {Settings} */
const DEFAULTS = {
  rate: 1,
  captions: true,
  advance: true,
  singleKeys: true,
  announce: false,
  large: false,
  volume: 1,
  muted: false,
};

/**
 * @param {Partial<Settings>} tenant defaults of the municipality
 * @returns {Settings}
 */
export function load(tenant) {
  return { ...DEFAULTS, ...tenant, ...stored() };
}

/** @param {Settings} settings */
export function save(settings) {
  try {
    setKeys(localStorage, settings.singleKeys);
    localStorage.setItem(NAME, JSON.stringify(settings));
  } catch {
    // Without storage the settings last as long as the page.
  }
}

/** @returns {Partial<Settings>} what is stored and still has the right type */
function stored() {
  try {
    const found = JSON.parse(localStorage.getItem(NAME) ?? "{}");
    const known = Object.entries(DEFAULTS)
      .filter(([name, value]) => typeof found[name] === typeof value)
      .map(([name]) => [name, found[name]]);
    // The switch for single keys is one for the whole product.
    return { ...Object.fromEntries(known), singleKeys: keysOn(localStorage) };
  } catch {
    return {};
  }
}
