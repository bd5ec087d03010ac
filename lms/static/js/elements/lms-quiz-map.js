/**
 * Keeps the map of a quiz in step with the question that is being answered: what is saved shows as
 * answered without a new page. The server's page says the same when it is opened again.
 */
import { fill } from "../lib/text.js";

class QuizMap extends HTMLElement {
  connectedCallback() {
    const form = document.getElementById(this.dataset.form ?? "");
    const mark = form?.closest("lms-autosave")?.querySelector("[data-state-text]");
    if (!(form instanceof HTMLFormElement) || !(mark instanceof HTMLElement)) return;
    this.watch = new MutationObserver(() => {
      if (mark.dataset.state === "saved") this.show(isAnswered(form));
    });
    this.watch.observe(mark, { attributes: true, attributeFilter: ["data-state"] });
  }

  show(/** @type {boolean} */ answered) {
    const here = this.querySelector("[aria-current]");
    if (!here || here.hasAttribute("data-answered") === answered) return;
    here.toggleAttribute("data-answered", answered);
    const picture = here.querySelector("use");
    const address = picture?.getAttribute("href") ?? "";
    picture?.setAttribute("href", address.replace(/#.*$/, answered ? "#done" : "#circle"));
    const word = here.querySelector(".quiz-map__state");
    if (word) word.textContent = (answered ? this.dataset.answered : this.dataset.unanswered) ?? "";
    const done = this.querySelectorAll("[data-answered]").length;
    const count = this.querySelectorAll(".quiz-map__link").length;
    const text = this.querySelector("[data-count]");
    if (text) text.textContent = fill(this.dataset.done ?? "", { done, count });
  }

  disconnectedCallback() {
    this.watch?.disconnect();
  }
}

/** Whether the form holds any answer: a choice, a text, an order or a pair. */
function isAnswered(/** @type {HTMLFormElement} */ form) {
  for (const [name, value] of new FormData(form)) {
    if ((name === "answer" || name.startsWith("match-")) && value !== "") return true;
  }
  return false;
}

customElements.define("lms-quiz-map", QuizMap);
