/** Opens and closes the native dialog inside; any `[data-opens=id]` of the page is an opener. */
class Dialog extends HTMLElement {
  connectedCallback() {
    const dialog = this.querySelector("dialog");
    if (!dialog) return;
    this.stop = new AbortController();
    const { signal } = this.stop;
    document.addEventListener(
      "click",
      (event) => {
        const target = event.target instanceof Element ? event.target : null;
        if (target?.closest(`[data-opens="${CSS.escape(dialog.id)}"]`)) {
          event.preventDefault();
          dialog.showModal();
        }
      },
      { signal },
    );
    dialog.addEventListener(
      "click",
      (event) => {
        const target = event.target instanceof Element ? event.target : null;
        if (target === dialog || target?.closest("[data-closes]")) dialog.close();
      },
      { signal },
    );
  }

  disconnectedCallback() {
    this.stop?.abort();
  }
}

customElements.define("lms-dialog", Dialog);
