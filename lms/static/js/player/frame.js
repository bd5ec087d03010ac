/** Buttons, keys, dialogs and panels around the stage. */

import { actionFor, describe } from "./keys.js";
import { save } from "./settings.js";
import { Tabs } from "./tabs.js";
import { Zoom } from "./zoom.js";

/** From this width on contents, stage and script stand side by side. */
const WIDE = "(min-width: 75rem)";

export class Frame {
  /** @param {any} player @param {AbortSignal} signal */
  constructor(player, signal) {
    this.player = player;
    this.settings = player.settings;
    this.wide = window.matchMedia(WIDE);
    this.tabs = new Tabs(player.querySelector("[role=tablist]"));
    this.zoom = new Zoom(this.#dialog("zoom"), player.text.size);
    this.nav = player.querySelector("[data-outline]");
    this.home = this.nav.parentElement;
    player.addEventListener("click", (/** @type {MouseEvent} */ event) => this.#click(event));
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.wide.addEventListener("change", () => this.#arrange(), { signal });
    player.addEventListener("change", (/** @type {Event} */ event) => this.#change(event));
    this.#arrange();
    this.#fill();
    this.#apply();
  }

  /** What a button or a key asks for. @param {string} action */
  do(action) {
    const { player, settings } = this;
    switch (action) {
      case "toggle":
        player.send({ type: player.state.mode === "playing" ? "pause" : "play" });
        break;
      case "back":
      case "forward":
        player.send({ type: "skip", seconds: action === "back" ? -10 : 10 });
        break;
      case "next":
      case "previous":
        player.send({ type: action });
        break;
      case "captions":
        this.#set("captions", !settings.captions);
        break;
      case "transcript":
        this.#transcript();
        break;
      case "outline":
        player.toggleAttribute("data-no-outline");
        player.controls.press("outline", !player.hasAttribute("data-no-outline"));
        break;
      case "fullscreen":
        this.#fullscreen();
        break;
      case "zoom":
      case "zoom-in":
        this.#enlarge(action === "zoom" ? 0 : 1);
        break;
      case "help":
      case "settings":
        player.send({ type: "pause" });
        this.#dialog(action).showModal();
        break;
      default:
    }
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const button = target.closest("[data-action]");
    if (button instanceof HTMLElement) this.do(button.dataset.action ?? "");
    const closer = target.closest("[data-close]");
    closer?.closest("dialog")?.close();
    const link = target.closest("[data-goto], [data-ask]");
    if (!(link instanceof HTMLElement)) return;
    event.preventDefault();
    const { goto, ask } = link.dataset;
    const index = this.player.slides.findIndex((/** @type {any} */ slide) => slide.id === goto);
    if (ask) this.player.send({ type: "ask", stop: ask });
    else if (index >= 0) this.player.send({ type: "goto", index });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.player.querySelector("dialog[open]") || event.defaultPrevented) return;
    const action = actionFor(describe(event), this.settings);
    if (!action) return;
    event.preventDefault();
    this.do(action);
  }

  #transcript() {
    const { player } = this;
    this.tabs.open("script");
    if (!this.wide.matches) return;
    player.toggleAttribute("data-no-panel");
    player.controls.press("transcript", !player.hasAttribute("data-no-panel"));
  }

  #fullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.player.requestFullscreen?.().catch(() => {});
  }

  /** @param {number} step */
  #enlarge(step) {
    const { mode, index } = this.player.state;
    if (mode === "question" || mode === "end") return;
    this.zoom.open(this.player.stage.slides[index], step);
  }

  /** @param {string} name @returns {HTMLDialogElement} */
  #dialog(name) {
    return this.player.querySelector(`[data-dialog=${name}]`);
  }

  /** On narrow screens the contents are a tab beside the script. */
  #arrange() {
    const slot = this.player.querySelector("[data-outline-slot]");
    if (this.wide.matches) this.home.prepend(this.nav);
    else slot.append(this.nav);
    if (this.wide.matches && slot.hidden === false) this.tabs.open("script");
  }

  /** Put the settings into the form that changes them. */
  #fill() {
    for (const control of this.player.querySelectorAll("[data-setting]")) {
      const value = this.settings[control.dataset.setting];
      if (control.type === "checkbox") control.checked = value;
      else control.value = String(value);
    }
  }

  /** @param {Event} event */
  #change(event) {
    const control = /** @type {HTMLInputElement} */ (event.target);
    const name = control.dataset.setting;
    if (!name) return;
    this.#set(name, control.type === "checkbox" ? control.checked : Number(control.value));
  }

  /** @param {string} name @param {boolean | number} value */
  #set(name, value) {
    this.settings[name] = value;
    save(this.settings);
    this.#fill();
    this.#apply();
  }

  #apply() {
    const { player, settings } = this;
    const { line } = player.captions;
    line.parentElement.hidden = !settings.captions;
    line.setAttribute("aria-live", settings.announce ? "polite" : "off");
    player.toggleAttribute("data-large-captions", settings.large);
    player.controls.press("captions", settings.captions);
    player.narration.rate = settings.rate;
    player.narration.audio.volume = settings.volume;
    player.narration.audio.muted = settings.muted;
  }
}
