/**
 * A list to put in order: buttons first (they also work by keyboard), dragging second.
 * Every item holds a hidden input, so the order of the items is what the form sends. Without script the
 * buttons submit the form and the server moves the item.
 */
import { moved, placeAt } from "../lib/order.js";
import { say } from "../lib/page.js";
import { fill } from "../lib/text.js";

class Sortable extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("ol, ul");
    if (!this.list) return;
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.addEventListener("click", (event) => this.press(event), { signal });
    this.addEventListener("pointerdown", (event) => this.grab(event), { signal });
    this.number();
  }

  items() {
    return /** @type {HTMLElement[]} */ ([...(this.list?.children ?? [])]);
  }

  press(/** @type {Event} */ event) {
    const button = event.target instanceof Element ? event.target.closest("[data-move]") : null;
    if (!(button instanceof HTMLElement)) return;
    event.preventDefault();
    const item = this.items().find((entry) => entry.contains(button));
    if (!item) return;
    const from = this.items().indexOf(item);
    this.place(item, from + (button.dataset.move === "up" ? -1 : 1));
    const other = item.querySelector("[data-move]:not(:disabled)");
    if (button instanceof HTMLButtonElement && button.disabled && other instanceof HTMLElement) other.focus();
    else button.focus();
  }

  place(/** @type {HTMLElement} */ item, /** @type {number} */ to) {
    const from = this.items().indexOf(item);
    const order = moved(this.items(), from, to);
    if (order.indexOf(item) === from) return;
    this.list?.append(...order);
    this.number();
    const text = (item.querySelector(".ui-sortable__text")?.textContent ?? "").trim();
    // A toast would lie over the buttons below the list, again with every step.
    say(fill(this.dataset.moved ?? "", { text, place: order.indexOf(item) + 1 }), { unseen: true });
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  number() {
    const items = this.items();
    items.forEach((item, index) => {
      const number = item.querySelector(".ui-sortable__number");
      if (number) number.textContent = String(index + 1);
      for (const button of item.querySelectorAll("button[data-move]")) {
        const edge = button.getAttribute("data-move") === "up" ? 0 : items.length - 1;
        /** @type {HTMLButtonElement} */ (button).disabled = index === edge;
      }
    });
  }

  grab(/** @type {PointerEvent} */ event) {
    const grip = event.target instanceof Element ? event.target.closest(".ui-sortable__grip") : null;
    const item = grip && this.items().find((entry) => entry.contains(grip));
    if (!item || event.button !== 0) return;
    event.preventDefault();
    item.toggleAttribute("data-dragging", true);
    const drag = new AbortController();
    const move = (/** @type {PointerEvent} */ at) => {
      const others = this.items().filter((entry) => entry !== item);
      const place = placeAt(at.clientY, others.map((entry) => entry.getBoundingClientRect()));
      if (place !== this.items().indexOf(item)) this.place(item, place);
    };
    const end = () => {
      item.removeAttribute("data-dragging");
      drag.abort();
    };
    addEventListener("pointermove", move, { signal: drag.signal });
    addEventListener("pointerup", end, { signal: drag.signal });
    addEventListener("pointercancel", end, { signal: drag.signal });
  }

  disconnectedCallback() {
    this.stop?.abort();
  }
}

customElements.define("lms-sortable", Sortable);
