/** Buttons, keys, dialogs and panels around the stage. */

import { actionFor, describe } from "./keys.js";
import { findOne } from "./page.js";
import { Preferences } from "./preferences.js";
import { Tabs } from "./tabs.js";
import { Zoom } from "./zoom.js";

/** From this width on contents, stage and script stand side by side. */
const WIDE = "(min-width: 75rem)";

export class Frame {
  /** @param {import("./playback.js").Playback} player @param {AbortSignal} signal */
  constructor(player, signal) {
    this.player = player;
    this.settings = player.settings;
    this.wide = window.matchMedia(WIDE);
    this.preferences = new Preferences(player);
    this.tabs = new Tabs(findOne(player.root, "[role=tablist]"));
    this.zoom = new Zoom(this.#dialog("zoom"), player.text.size);
    this.nav = findOne(player.root, "[data-outline]");
    player.root.addEventListener("click", (event) => this.#click(event));
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.wide.addEventListener("change", () => this.#arrange(), { signal });
    this.#arrange();
  }

  /** What a button or a key asks for. @param {string} action */
  do(action) {
    const { player, settings } = this;
    switch (action) {
      case "toggle":
        player.send({ type: player.state.mode === "playing" ? "pause" : "play" });
        // Playback waits for the answer: lead there instead of doing nothing.
        if (player.state.mode === "question") player.stage.focus();
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
        this.preferences.set("captions", !settings.captions);
        break;
      case "transcript":
        this.#transcript();
        break;
      case "outline":
        player.root.toggleAttribute("data-no-outline");
        player.controls.press("outline", !player.root.hasAttribute("data-no-outline"));
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
    const index = this.player.slides.findIndex((slide) => slide.id === goto);
    if (ask) this.player.send({ type: "ask", stop: ask });
    else if (index >= 0) this.player.send({ type: "goto", index });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.player.root.querySelector("dialog[open]") || event.defaultPrevented) return;
    const action = actionFor(describe(event), this.settings);
    if (!action) return;
    event.preventDefault();
    this.do(action);
  }

  #transcript() {
    const { player } = this;
    this.tabs.open("script");
    if (!this.wide.matches) return;
    player.root.toggleAttribute("data-no-panel");
    player.controls.press("transcript", !player.root.hasAttribute("data-no-panel"));
  }

  #fullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.player.root.requestFullscreen?.().catch(() => {});
  }

  /** @param {number} step */
  #enlarge(step) {
    const { mode, index } = this.player.state;
    if (mode === "question" || mode === "end") return;
    this.zoom.open(this.player.stage.slides[index], step);
  }

  /** @param {string} name @returns {HTMLDialogElement} */
  #dialog(name) {
    return /** @type {HTMLDialogElement} */ (findOne(this.player.root, `[data-dialog=${name}]`));
  }

  /** On narrow screens the contents are a tab beside the script. */
  #arrange() {
    const slot = findOne(this.player.root, "[data-outline-slot]");
    const home = this.wide.matches ? findOne(this.player.root, "[data-outline-home]") : slot;
    home.append(this.nav);
    if (this.wide.matches && !slot.hidden) this.tabs.open("script");
  }
}
