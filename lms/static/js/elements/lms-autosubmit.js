/**
 * Sends its form when a choice is made with a pointer. Text fields wait for Enter, and whoever walks
 * through choices by keyboard presses the button when the right one is reached (WCAG 3.2.2).
 */
class Autosubmit extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    let byKey = false;
    this.addEventListener("keydown", () => (byKey = true), { signal });
    this.addEventListener("pointerdown", () => (byKey = false), { signal });
    this.addEventListener(
      "change",
      (event) => {
        const field = event.target;
        const chosen =
          field instanceof HTMLSelectElement ||
          (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type));
        if (chosen && !byKey) field.form?.requestSubmit();
      },
      { signal },
    );
  }

  disconnectedCallback() {
    this.stop?.abort();
  }
}

customElements.define("lms-autosubmit", Autosubmit);
