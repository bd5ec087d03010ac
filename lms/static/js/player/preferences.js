/** The settings dialog and the speed box: what is chosen takes effect at once and is remembered. */

import { findAll } from "./page.js";
import { save } from "./settings.js";

/** @typedef {import("./settings.js").Settings} Settings */

export class Preferences {
  /** @param {import("./playback.js").Playback} player */
  constructor(player) {
    this.player = player;
    this.controls = /** @type {HTMLInputElement[]} */ (findAll(player.root, "[data-setting]"));
    player.root.addEventListener("change", (event) => {
      const control = /** @type {HTMLInputElement} */ (event.target);
      if (!control.dataset.setting) return;
      const value = control.type === "checkbox" ? control.checked : Number(control.value);
      this.set(/** @type {keyof Settings} */ (control.dataset.setting), value);
    });
    this.#apply();
  }

  /** @param {keyof Settings} name @param {boolean | number} value */
  set(name, value) {
    Object.assign(this.player.settings, { [name]: value });
    save(this.player.settings);
    this.#apply();
  }

  #apply() {
    const { root, settings, captions, controls, narration } = this.player;
    for (const control of this.controls) {
      const value = settings[/** @type {keyof Settings} */ (control.dataset.setting)];
      if (typeof value === "boolean") control.checked = value;
      else control.value = String(value);
    }
    captions.box.hidden = !settings.captions;
    captions.line.setAttribute("aria-live", settings.announce ? "polite" : "off");
    root.toggleAttribute("data-large-captions", settings.large);
    controls.press("captions", settings.captions);
    narration.rate = settings.rate;
    narration.audio.volume = settings.volume;
    narration.audio.muted = settings.muted;
  }
}
