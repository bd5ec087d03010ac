/**
 * Time left as text, by the server's clock; said aloud at five minutes and at one.
 * At the end it sends the form named by `data-form`; the server decides what still counts.
 */
import { say } from "../lib/page.js";
import { fill } from "../lib/text.js";
import { clockOffset, clockText, passedMarks, secondsLeft } from "../lib/time.js";

const MARKS = [300, 60];

class Countdown extends HTMLElement {
  connectedCallback() {
    const deadline = Date.parse(this.dataset.deadline ?? "");
    if (Number.isNaN(deadline)) return;
    this.offset = clockOffset(this.dataset.now ?? "", Date.now());
    this.deadline = deadline;
    /** @type {number} */
    this.lastReading = Number.POSITIVE_INFINITY;
    this.timer = window.setInterval(() => this.tick(), 500);
    this.tick();
  }

  tick() {
    const left = secondsLeft(this.deadline ?? 0, Date.now() + (this.offset ?? 0));
    if (left === this.lastReading) return;
    const target = this.querySelector("[data-time]") ?? this;
    target.textContent = fill(this.dataset.left ?? "{time}", { time: clockText(left) });
    this.toggleAttribute("data-urgent", left <= 60);
    for (const mark of passedMarks(this.lastReading ?? 0, left, MARKS)) {
      if (this.lastReading !== Number.POSITIVE_INFINITY) say(this.getAttribute(`data-warn-${mark / 60}`) ?? "");
    }
    this.lastReading = left;
    if (left === 0) this.end();
  }

  end() {
    clearInterval(this.timer);
    say(this.dataset.over ?? "");
    const form = document.getElementById(this.dataset.form ?? "");
    if (form instanceof HTMLFormElement) form.requestSubmit();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }
}

customElements.define("lms-countdown", Countdown);
