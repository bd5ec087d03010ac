/** The switch that turns single-key shortcuts off for this device. */
import { keysOn, setKeys } from "../lib/keys.js";

class KeySwitch extends HTMLElement {
  connectedCallback() {
    const box = this.querySelector("input");
    if (!box) return;
    this.stop = new AbortController();
    this.querySelector("label")?.removeAttribute("hidden");
    box.checked = keysOn(localStorage);
    box.addEventListener("change", () => setKeys(localStorage, box.checked), { signal: this.stop.signal });
  }

  disconnectedCallback() {
    this.stop?.abort();
  }
}

customElements.define("lms-key-switch", KeySwitch);
