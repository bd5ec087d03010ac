/**
 * Keeps what was typed in the form inside. A link with `data-go` saves first: the form is sent with that
 * value in its field `go`, and the server goes on to it. Leaving in any other way is asked about.
 * `data-dirty` says that the page came back with something that is not saved.
 */
class Unsaved extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    if (!form) return;
    this.stop = new AbortController();
    const { signal } = this.stop;
    let dirty = this.hasAttribute("data-dirty");
    form.addEventListener("input", () => (dirty = true), { signal });
    form.addEventListener("submit", () => (dirty = false), { signal });
    document.addEventListener(
      "click",
      (event) => {
        const link = event.target instanceof Element ? event.target.closest("[data-go]") : null;
        const goal = form.elements.namedItem("go");
        const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
        if (!dirty || elsewhere || !(link instanceof HTMLElement)) return;
        if (!(goal instanceof HTMLInputElement)) return;
        event.preventDefault();
        goal.value = link.dataset.go ?? "";
        form.requestSubmit();
      },
      { signal },
    );
    window.addEventListener(
      "beforeunload",
      (event) => {
        if (dirty) event.preventDefault();
      },
      { signal },
    );
  }

  disconnectedCallback() {
    this.stop?.abort();
  }
}

customElements.define("lms-unsaved", Unsaved);
