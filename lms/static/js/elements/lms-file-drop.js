/** Makes a plain file input a place to drop files, and says what was chosen and what will not go. */
import { isAccepted, sizeText } from "../lib/text.js";

class FileDrop extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input[type=file]");
    const list = this.querySelector("ul");
    if (!(input instanceof HTMLInputElement) || !list) return;
    this.stop = new AbortController();
    const { signal } = this.stop;
    for (const part of this.querySelectorAll("[data-drop-only]")) part.removeAttribute("hidden");

    const over = (/** @type {boolean} */ on) => this.toggleAttribute("data-over", on);
    this.addEventListener("dragover", (event) => (event.preventDefault(), over(true)), { signal });
    this.addEventListener("dragleave", () => over(false), { signal });
    this.addEventListener(
      "drop",
      (event) => {
        event.preventDefault();
        over(false);
        if (!event.dataTransfer) return;
        const files = [...event.dataTransfer.files].slice(0, input.multiple ? undefined : 1);
        const transfer = new DataTransfer();
        for (const file of files) transfer.items.add(file);
        input.files = transfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      },
      { signal },
    );
    input.addEventListener("change", () => this.show(input, list), { signal });
    this.show(input, list);
  }

  show(/** @type {HTMLInputElement} */ input, /** @type {HTMLUListElement} */ list) {
    const limit = Number(this.dataset.limit ?? 0);
    const rows = [...(input.files ?? [])].map((file) => {
      const row = document.createElement("li");
      row.className = "ui-upload__file";
      const name = document.createElement("span");
      const size = document.createElement("span");
      size.className = "ui-upload__size";
      size.textContent = sizeText(file.size);
      let problem = "";
      if (limit > 0 && file.size > limit) problem = this.dataset.tooLarge ?? "";
      if (!isAccepted(file, input.accept)) problem = this.dataset.wrongKind ?? "";
      name.textContent = problem ? `${file.name} — ${problem}` : file.name;
      row.toggleAttribute("data-refused", problem !== "");
      row.append(name, size);
      return row;
    });
    list.replaceChildren(...rows);
  }

  disconnectedCallback() {
    this.stop?.abort();
  }
}

customElements.define("lms-file-drop", FileDrop);
