/** A details menu that closes like a menu: Esc, a press outside, leaving it; arrow keys move. */
class Menu extends HTMLElement {
  connectedCallback() {
    const details = this.querySelector("details");
    if (!details) return;
    this.stop = new AbortController();
    const { signal } = this.stop;
    const close = () => details.removeAttribute("open");
    this.addEventListener(
      "keydown",
      (event) => {
        if (!details.open) return;
        if (event.key === "Escape") {
          close();
          details.querySelector("summary")?.focus();
        } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
          event.preventDefault();
          this.step(event.key === "ArrowDown" ? 1 : -1);
        }
      },
      { signal },
    );
    this.addEventListener(
      "focusout",
      (event) => {
        if (event.relatedTarget instanceof Node && !this.contains(event.relatedTarget)) close();
      },
      { signal },
    );
    document.addEventListener(
      "pointerdown",
      (event) => {
        if (event.target instanceof Node && !this.contains(event.target)) close();
      },
      { signal },
    );
  }

  step(/** @type {number} */ by) {
    const items = [...this.querySelectorAll("a, button, input")].filter(
      (item) => item instanceof HTMLElement && item.offsetParent,
    );
    const here = items.indexOf(/** @type {Element} */ (document.activeElement));
    const next = items[(here + by + items.length) % items.length];
    if (next instanceof HTMLElement) next.focus();
  }

  disconnectedCallback() {
    this.stop?.abort();
  }
}

customElements.define("lms-menu", Menu);
