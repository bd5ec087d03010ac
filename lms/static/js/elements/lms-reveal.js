/** A button that shows what is typed into a password field, and hides it again before it is sent. */
class Reveal extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    if (!input || this.querySelector("button")) return;
    this.stop = new AbortController();
    const { signal } = this.stop;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "ui-button";
    button.dataset.kind = "quiet";
    const set = (/** @type {boolean} */ shown) => {
      input.type = shown ? "text" : "password";
      const word = (shown ? this.dataset.hide : this.dataset.show) ?? "";
      button.textContent = word;
      button.setAttribute("aria-label", `${word} (${this.dataset.label ?? ""})`);
    };
    set(false);
    button.addEventListener("click", () => set(input.type === "password"), { signal });
    input.form?.addEventListener("submit", () => set(false), { signal });
    this.append(button);
  }

  disconnectedCallback() {
    this.stop?.abort();
  }
}

customElements.define("lms-reveal", Reveal);
