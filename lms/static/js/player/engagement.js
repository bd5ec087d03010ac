/** Seconds somebody was really there: the voice was running, or the page was being read. */

import { INTERVAL } from "./queue.js";

/** After this long without a key, a touch or a move the reader is taken to be away. */
const IDLE_MS = 60_000;

export class Engagement {
  #seconds = 0;
  #last = performance.now();
  #touched = performance.now();

  /**
   * @param {() => boolean} playing
   * @param {() => void} full called when a whole interval has come together
   * @param {AbortSignal} signal ends the counting
   */
  constructor(playing, full, signal) {
    this.playing = playing;
    const touch = () => {
      this.#touched = performance.now();
    };
    for (const type of ["keydown", "pointerdown", "pointermove", "scroll"]) {
      document.addEventListener(type, touch, { signal, passive: true, capture: true });
    }
    const timer = window.setInterval(() => {
      this.#count();
      if (this.#seconds >= INTERVAL) full();
    }, 1000);
    signal.addEventListener("abort", () => clearInterval(timer));
  }

  /** The seconds since the last call, at most one interval; a sleeping computer earns nothing. */
  take() {
    this.#count();
    const seconds = Math.round(Math.min(this.#seconds, INTERVAL) * 10) / 10;
    this.#seconds = 0;
    return seconds;
  }

  #count() {
    const now = performance.now();
    const passed = Math.min((now - this.#last) / 1000, INTERVAL);
    this.#last = now;
    const reading = document.visibilityState === "visible" && now - this.#touched < IDLE_MS;
    if (this.playing() || reading) this.#seconds += passed;
  }
}
