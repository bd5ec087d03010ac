/**
 * What the player is doing, as plain values. Pure: nothing here touches the page, the clock or
 * the network, so that every path can be tested without a browser.
 *
 * @typedef {object} Slide
 * @property {string} id
 * @property {number} duration seconds
 * @property {string[]} stops ids of the questions and survey items at its end
 *
 * @typedef {"paused" | "playing" | "question" | "end"} Mode
 *
 * @typedef {object} State
 * @property {Mode} mode
 * @property {number} index number of the current slide, from 0
 * @property {number} position seconds from the start of that slide
 * @property {string | null} stop the question that is shown
 * @property {ReadonlySet<string>} open questions that are not answered yet
 * @property {boolean} resume whether playback goes on after the question
 * @property {number} jumps counts deliberate changes of position; the sound follows them
 *
 * @typedef {{type: "play"} | {type: "pause"} | {type: "ended", advance: boolean}
 *   | {type: "time", position: number} | {type: "goto", index: number, position?: number}
 *   | {type: "seek", total: number} | {type: "skip", seconds: number} | {type: "ask", stop: string}
 *   | {type: "next"} | {type: "previous"} | {type: "answered", stop: string}} Event
 */

import { locate, offsetOf } from "./timeline.js";

/**
 * @param {Slide[]} slides
 * @param {{open?: Iterable<string>, index?: number, position?: number}} [start]
 * @returns {State}
 */
export function initial(slides, { open = [], index = 0, position = 0 } = {}) {
  const at = Math.min(Math.max(index, 0), slides.length - 1);
  return {
    mode: "paused",
    index: at,
    position: Math.min(Math.max(position, 0), slides[at].duration),
    stop: null,
    open: new Set(open),
    resume: false,
    jumps: 0,
  };
}

/**
 * The state after an event. The same state object comes back when nothing changed.
 *
 * @param {State} state
 * @param {Event} event
 * @param {Slide[]} slides
 * @returns {State}
 */
export function reduce(state, event, slides) {
  switch (event.type) {
    case "play":
      return play(state, slides);
    case "pause":
      return state.mode === "playing" ? { ...state, mode: "paused" } : state;
    case "time":
      return state.mode === "playing" ? { ...state, position: event.position } : state;
    case "ended":
      return ended(state, slides, event.advance);
    case "goto":
      return jump(state, slides, event.index, event.position ?? 0);
    case "seek": {
      const place = locate(slides, event.total);
      return jump(state, slides, place.index, place.position);
    }
    case "skip":
      return skip(state, slides, event.seconds);
    case "next":
      return next(state, slides);
    case "previous":
      return previous(state, slides);
    case "ask":
      return ask(state, slides, event.stop);
    case "answered": {
      const open = new Set(state.open);
      open.delete(event.stop);
      return { ...state, open };
    }
    default:
      return state;
  }
}

/** @param {State} state @param {Slide[]} slides @returns {string | null} */
function openStop(state, slides) {
  const stops = slides[state.index].stops;
  const after = state.stop ? stops.indexOf(state.stop) + 1 : 0;
  return stops.slice(after).find((stop) => state.open.has(stop)) ?? null;
}

/** @param {State} state @param {Slide[]} slides @returns {State} */
function play(state, slides) {
  if (state.mode === "end") return { ...jump(state, slides, 0, 0), mode: "playing" };
  if (state.stop && !state.open.has(state.stop)) return next({ ...state, resume: true }, slides);
  if (state.mode !== "paused") return state;
  const playing = { ...state, mode: /** @type {Mode} */ ("playing") };
  // At the very end there is nothing left to hear: playing on means going on.
  if (state.position >= slides[state.index].duration) return ended(playing, slides, true);
  return playing;
}

/** @param {State} state @param {Slide[]} slides @param {boolean} advance @returns {State} */
function ended(state, slides, advance) {
  if (state.mode !== "playing") return state;
  const done = { ...state, position: slides[state.index].duration };
  const stop = openStop(state, slides);
  if (stop) return { ...done, mode: "question", stop, resume: true };
  if (state.index === slides.length - 1) return { ...done, mode: "end" };
  if (!advance) return { ...done, mode: "paused" };
  return jump(done, slides, state.index + 1, 0);
}

/**
 * Go to a place. Playback goes on when it was running, and pauses at a question or the end.
 *
 * @param {State} state @param {Slide[]} slides @param {number} index @param {number} position
 * @returns {State}
 */
function jump(state, slides, index, position) {
  const at = Math.min(Math.max(index, 0), slides.length - 1);
  return {
    ...state,
    mode: state.mode === "playing" ? "playing" : "paused",
    index: at,
    position: Math.min(Math.max(position, 0), slides[at].duration),
    stop: null,
    resume: false,
    jumps: state.jumps + 1,
  };
}

/**
 * Move by seconds. An unanswered question on the way is never jumped over by accident.
 *
 * @param {State} state @param {Slide[]} slides @param {number} seconds @returns {State}
 */
function skip(state, slides, seconds) {
  const total = offsetOf(slides, state.index) + state.position + seconds;
  const place = locate(slides, total);
  if (seconds > 0) {
    if (state.mode === "question" || state.mode === "end") return state;
    const isOpen = (/** @type {string} */ stop) => state.open.has(stop);
    const passed = total >= offsetOf(slides, slides.length) ? slides.length : place.index;
    const ahead = slides.slice(state.index, passed).findIndex((slide) => slide.stops.some(isOpen));
    if (ahead >= 0) {
      const index = state.index + ahead;
      const stop = slides[index].stops.find(isOpen) ?? null;
      const at = jump(state, slides, index, slides[index].duration);
      return { ...at, mode: "question", stop, resume: state.mode === "playing" };
    }
    if (passed === slides.length) {
      return { ...jump(state, slides, place.index, place.position), mode: "end" };
    }
  }
  return jump(state, slides, place.index, place.position);
}

/** @param {State} state @param {Slide[]} slides @returns {State} */
function next(state, slides) {
  if (state.mode === "end") return state;
  const running = state.mode === "playing" || (state.mode === "question" && state.resume);
  const stop = openStop(state, slides);
  const position = slides[state.index].duration;
  if (stop) return { ...state, mode: "question", position, stop, resume: running };
  if (state.index === slides.length - 1) {
    return { ...state, mode: "end", position, stop: null, resume: false };
  }
  return jump({ ...state, mode: running ? "playing" : "paused" }, slides, state.index + 1, 0);
}

/** @param {State} state @param {Slide[]} slides @returns {State} */
function previous(state, slides) {
  // From a question or the end card one step back is the slide itself.
  const back = state.mode === "question" || state.mode === "end" ? 0 : 1;
  return jump(state, slides, state.index - back, 0);
}

/** @param {State} state @param {Slide[]} slides @param {string} stop @returns {State} */
function ask(state, slides, stop) {
  const index = slides.findIndex((slide) => slide.stops.includes(stop));
  if (index < 0) return state;
  const place = jump({ ...state, mode: "paused" }, slides, index, slides[index].duration);
  return { ...place, mode: "question", stop };
}
