/** `<lms-player>`: turns the readable page the server sent into a player. */

import { Playback } from "./player/playback.js";

class LmsPlayer extends HTMLElement {
  connectedCallback() {
    this.alive = new AbortController();
    this.playback = new Playback(this, this.alive.signal);
  }

  disconnectedCallback() {
    this.alive?.abort();
    this.playback?.stop();
  }
}

customElements.define("lms-player", LmsPlayer);
