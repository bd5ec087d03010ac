/** Sends its form when a choice changes. Text fields wait for Enter, so nobody is interrupted. */
class Autosubmit extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    this.addEventListener(
      "change",
      (event) => {
        const field = event.target;
        const chosen =
          field instanceof HTMLSelectElement ||
          (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type));
        if (chosen) field.form?.requestSubmit();
      },
      { signal: this.stop.signal },
    );
  }

  disconnectedCallback() {
    this.stop?.abort();
  }
}

customElements.define("lms-autosubmit", Autosubmit);
