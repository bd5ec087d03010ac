/** Asks before its button acts, in the page's own dialog. Without script the server asks on a page. */
class Confirm extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    this.addEventListener(
      "click",
      (event) => {
        const button = event.target instanceof Element ? event.target.closest("button, a") : null;
        if (!button || this.sure) return;
        // Nobody is asked about what the server will refuse; it says what is missing.
        if (button instanceof HTMLButtonElement && button.form?.checkValidity() === false) return;
        event.preventDefault();
        event.stopPropagation();
        this.ask(/** @type {HTMLElement} */ (button));
      },
      { signal: this.stop.signal, capture: true },
    );
  }

  ask(/** @type {HTMLElement} */ button) {
    const dialog = document.createElement("dialog");
    dialog.className = "ui-dialog";
    const question = document.createElement("p");
    question.id = "confirm-question";
    question.textContent = this.dataset.question ?? "";
    dialog.setAttribute("aria-labelledby", question.id);
    const actions = document.createElement("div");
    actions.className = "ui-dialog__actions";
    for (const [text, value, kind] of [
      [this.dataset.no, "no", "secondary"],
      // What takes something away looks the same before and after the question.
      [this.dataset.yes, "yes", button.dataset.kind === "danger" ? "danger" : "primary"],
    ]) {
      const choice = document.createElement("button");
      choice.className = "ui-button";
      choice.type = "button";
      choice.dataset.kind = kind;
      choice.textContent = text ?? "";
      choice.addEventListener("click", () => dialog.close(value));
      actions.append(choice);
    }
    dialog.append(question, actions);
    dialog.addEventListener("close", () => {
      dialog.remove();
      button.focus();
      if (dialog.returnValue !== "yes") return;
      this.sure = true;
      button.click();
      this.sure = false;
    });
    document.body.append(dialog);
    dialog.showModal();
  }

  disconnectedCallback() {
    this.stop?.abort();
  }
}

customElements.define("lms-confirm", Confirm);
