/**
 * Places in time. Pure.
 *
 * @typedef {[start: number, end: number, first: number, last: number]} Word
 * @typedef {[start: number, end: number, words: Word[]]} Cue
 */

/**
 * The cues of a slide, from the short form in the page (`timing` in lms/player/page_model.py).
 *
 * @param {string} text
 * @returns {Cue[]}
 */
export function readCues(text) {
  return JSON.parse(text).map((/** @type {number[]} */ [begin, length, ...numbers]) => {
    /** @type {Word[]} */
    const words = [];
    let [at, place] = [begin, 0];
    for (let index = 0; index < numbers.length; index += 4) {
      const [pause, spoken, passed, characters] = numbers.slice(index, index + 4);
      const [start, first] = [at + pause, place + passed];
      [at, place] = [start + spoken, first + characters];
      words.push([start / 100, at / 100, first, place]);
    }
    return [begin / 100, (begin + length) / 100, words];
  });
}

/**
 * Seconds of all slides before `index`.
 *
 * @param {{duration: number}[]} slides
 * @param {number} index
 */
export function offsetOf(slides, index) {
  return slides.slice(0, index).reduce((sum, slide) => sum + slide.duration, 0);
}

/**
 * The slide, and the seconds in it, at `total` seconds of the module.
 *
 * @param {{duration: number}[]} slides
 * @param {number} total
 */
export function locate(slides, total) {
  let rest = Math.max(total, 0);
  for (let index = 0; index < slides.length; index += 1) {
    const { duration } = slides[index];
    if (rest < duration || index === slides.length - 1) {
      return { index, position: Math.min(rest, duration) };
    }
    rest -= duration;
  }
  return { index: 0, position: 0 };
}

/**
 * Number of the last range that has started by `position`, or -1 before the first.
 *
 * A sentence stays until the next one begins, so captions do not flicker in short pauses.
 *
 * @param {{0: number}[]} ranges sorted by start
 * @param {number} position
 */
export function startedBy(ranges, position) {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[middle][0] <= position) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * The word that is spoken at `position`, or `null` in a pause.
 *
 * @param {Cue | undefined} cue
 * @param {number} position
 * @returns {Word | null}
 */
export function wordAt(cue, position) {
  if (!cue) return null;
  const word = cue[2][startedBy(cue[2], position)];
  return word && position < word[1] ? word : null;
}

/**
 * Minutes and seconds: 75 → "1:15", 3675 → "1:01:15".
 *
 * @param {number} seconds
 */
export function clock(seconds) {
  const whole = Math.floor(Math.max(seconds, 0) + 1e-6);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(s).padStart(2, "0");
  return h ? `${h}:${String(m).padStart(2, "0")}:${tail}` : `${m}:${tail}`;
}

/**
 * Fill `{name}` places of a sentence the server rendered.
 *
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
