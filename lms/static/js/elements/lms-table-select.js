/** Selecting rows: all of the page at once, the count in words, the bar only when it is of use. */
import { countText } from "../lib/text.js";

class TableSelect extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.querySelector("[data-select-all]")?.removeAttribute("hidden");
    this.addEventListener(
      "change",
      (event) => {
        const box = event.target;
        if (!(box instanceof HTMLInputElement)) return;
        if (box.closest("[data-select-all]")) for (const row of this.boxes()) row.checked = box.checked;
        this.update();
      },
      { signal },
    );
    addEventListener("pageshow", () => this.update(), { signal });
    this.update();
  }

  boxes() {
    return /** @type {HTMLInputElement[]} */ ([...this.querySelectorAll("input[data-select]")]);
  }

  update() {
    const boxes = this.boxes();
    const chosen = boxes.filter((box) => box.checked);
    for (const box of boxes) box.closest("tr")?.setAttribute("aria-selected", String(box.checked));
    const all = this.querySelector("[data-select-all] input");
    if (all instanceof HTMLInputElement) {
      all.checked = boxes.length > 0 && chosen.length === boxes.length;
      all.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
    }
    const count = this.querySelector("[data-count]");
    if (count instanceof HTMLElement) {
      const { none = "", one = "", many = "" } = count.dataset;
      count.textContent = countText(chosen.length, { none, one, many });
    }
    const bar = this.querySelector("[data-bulk]");
    if (bar instanceof HTMLElement) bar.hidden = chosen.length === 0;
  }

  disconnectedCallback() {
    this.stop?.abort();
  }
}

customElements.define("lms-table-select", TableSelect);
