/**
 * Questions and survey items: ordinary forms, answered without leaving the page. The server marks
 * them; until it has, what was typed stays where it is.
 *
 * @typedef {object} Result
 * @property {boolean | null} [correct] null for a survey item, missing in the preview
 * @property {string} [feedback_html] why, already safe
 * @property {boolean} [retry] whether another answer is allowed
 * @property {string} saved_at time of day to show
 * @property {{id: string, done: boolean}[]} [ticks] completion rules of the module
 * @property {boolean} [completed]
 */

import { newKey } from "../lib/save-queue.js";
import { isComplete, responseOf } from "./answers.js";
import { findAll, findOne } from "./page.js";
import { backOff } from "./queue.js";

export class Questions {
  /** @type {Set<HTMLFormElement>} forms whose answer has not reached the server */
  #unsent = new Set();

  /** @type {Map<HTMLFormElement, {key: string, response: string}>} */
  #attempts = new Map();

  #failures = 0;
  #timer = 0;

  /**
   * @param {HTMLElement} root
   * @param {{url: string, csrf: string, launch: string, text: Record<string, string>}} options
   *   an empty `url` (the preview) neither sends nor marks answers
   * @param {{answered: (stop: string, result: Result) => void}} on
   */
  constructor(root, options, on) {
    this.options = options;
    this.on = on;
    this.forms = /** @type {HTMLFormElement[]} */ ([...root.querySelectorAll("[data-question]")]);
    for (const form of this.forms) {
      form.noValidate = true;
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.#submit(form);
      });
      form.addEventListener("input", () => this.#takeBack(form));
      findOne(form, "[data-result]").addEventListener("click", ignoreSecondClick, true);
      findOne(form, "[data-again]").addEventListener("click", () => this.#reopen(form));
      if (form.dataset.kind === "order") enableMoving(form);
    }
    addEventListener("beforeunload", (event) => {
      if (this.#unsent.size) event.preventDefault();
    });
  }

  /** Try again what the network refused. */
  retry() {
    clearTimeout(this.#timer);
    for (const form of this.#unsent) this.#submit(form);
  }

  /** The server may be away while the network is not, so nobody tells when it is back. */
  #retryLater() {
    clearTimeout(this.#timer);
    this.#failures += 1;
    this.#timer = window.setTimeout(() => this.retry(), backOff(this.#failures, Math.random()));
  }

  /** An answer that somebody changes is sent when they say so. @param {HTMLFormElement} form */
  #takeBack(form) {
    if (this.#unsent.delete(form)) this.#complain(form, "");
  }

  /** @param {HTMLFormElement} form */
  async #submit(form) {
    if (form.getAttribute("aria-busy") === "true") return;
    const { kind = "", question = "", survey } = form.dataset;
    const fields = /** @type {[string, string][]} */ ([...new FormData(form)]);
    const response = responseOf(kind, fields);
    const parts = form.querySelectorAll("[name^=match-]").length;
    const optional = survey && form.dataset.required === undefined;
    if (!isComplete(kind, response, parts) && !optional) {
      this.#complain(form, this.options.text.incomplete);
      return;
    }
    form.setAttribute("aria-busy", "true");
    this.#complain(form, "");
    const outcome = await this.#post(question, response, this.#keyFor(form, response));
    form.removeAttribute("aria-busy");
    if (outcome.result) {
      this.#failures = 0;
      this.#unsent.delete(form);
      this.#show(form, outcome.result);
      this.on.answered(question, outcome.result);
      return;
    }
    this.#unsent.delete(form);
    if (outcome.status === 0 || outcome.status >= 500) {
      // What was chosen meanwhile is another answer, which waits for its button.
      const chosen = responseOf(kind, /** @type {[string, string][]} */ ([...new FormData(form)]));
      if (JSON.stringify(chosen) !== JSON.stringify(response)) return;
      this.#unsent.add(form);
      this.#retryLater();
    }
    this.#complain(form, outcome.message || this.#reason(outcome.status));
  }

  /** The same answer keeps its key, so that sending it twice counts once.
   * @param {HTMLFormElement} form @param {import("./answers.js").Response} response */
  #keyFor(form, response) {
    const now = JSON.stringify(response);
    let attempt = this.#attempts.get(form);
    if (attempt?.response !== now) {
      attempt = { key: newKey(), response: now };
      this.#attempts.set(form, attempt);
    }
    return attempt.key;
  }

  /**
   * @param {string} question @param {import("./answers.js").Response} response
   * @param {string} key
   * @returns {Promise<{status: number, result?: Result, message?: string}>}
   */
  async #post(question, response, key) {
    const { url, csrf, launch } = this.options;
    if (!url) return { status: 200, result: { retry: true, saved_at: "" } };
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          "X-CSRF-Token": csrf,
          "Idempotency-Key": key,
        },
        body: JSON.stringify({ launch, question, response, key }),
        credentials: "same-origin",
        redirect: "manual",
      });
      if (answer.type === "opaqueredirect") return { status: 401 };
      const body = await answer.json().catch(() => ({}));
      if (answer.ok) return { status: answer.status, result: body };
      // A refusal by a rule says what is wrong; other errors carry only a number.
      const refused = answer.status === 409 || answer.status === 422;
      return { status: answer.status, message: refused ? body.error : "" };
    } catch {
      return { status: 0 };
    }
  }

  /** @param {number} status */
  #reason(status) {
    const { offline, signedOut, failed } = this.options.text;
    if (status === 0) return offline;
    return status === 401 || status === 403 ? signedOut : failed;
  }

  /** @param {HTMLFormElement} form @param {string} message empty to take it away */
  #complain(form, message) {
    const place = findOne(form, "[data-error]");
    place.textContent = message;
    place.hidden = !message;
  }

  /** @param {HTMLFormElement} form @param {Result} result */
  #show(form, result) {
    const name = verdictOf(result);
    form.dataset.answered = name;
    const box = findOne(form, "[data-result]");
    for (const verdict of box.querySelectorAll("[data-verdict]")) {
      /** @type {HTMLElement} */ (verdict).hidden = verdict.getAttribute("data-verdict") !== name;
    }
    const feedback = findOne(box, "[data-feedback]");
    feedback.innerHTML = result.feedback_html ?? "";
    findOne(box, "[data-again]").hidden = !result.retry;
    this.#lock(form, true);
    box.focus();
  }

  /** @param {HTMLFormElement} form */
  #reopen(form) {
    delete form.dataset.answered;
    this.#attempts.delete(form);
    this.#lock(form, false);
    findOne(form, "fieldset input, fieldset select")?.focus();
  }

  /** @param {HTMLFormElement} form @param {boolean} answered */
  #lock(form, answered) {
    /** @type {HTMLFieldSetElement} */ (findOne(form, "fieldset")).disabled = answered;
    findOne(form, "[data-actions]").hidden = answered;
    findOne(form, "[data-result]").hidden = !answered;
  }
}

/**
 * The result stands where the button stood, so the second half of a double click on the button would
 * follow a link of the result before anybody has read it.
 *
 * @param {MouseEvent} event
 */
function ignoreSecondClick(event) {
  if (event.detail < 2) return;
  event.preventDefault();
  event.stopPropagation();
}

/** The line that is shown for a result. @param {Result} result */
function verdictOf({ correct }) {
  if (correct === undefined) return "unmarked";
  if (correct === null) return "thanks";
  return correct ? "right" : "wrong";
}

/**
 * Buttons that move an item up or down, in the place of the number boxes of the plain form.
 *
 * @param {HTMLFormElement} form
 */
function enableMoving(form) {
  for (const item of findAll(form, "[data-item]")) {
    findOne(item, "[data-plain]").hidden = true;
    findOne(item, "[data-moves]").hidden = false;
    item.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest("[data-move]");
      if (!(button instanceof HTMLElement)) return;
      if (button.dataset.move === "up") item.previousElementSibling?.before(item);
      else item.nextElementSibling?.after(item);
      button.focus();
      item.dispatchEvent(new Event("input", { bubbles: true }));
      const place = [...(item.parentElement?.children ?? [])].indexOf(item) + 1;
      findOne(form, "[data-moved]").textContent = `${place}: ${findOne(item, "[data-label]").textContent}`;
    });
  }
}
