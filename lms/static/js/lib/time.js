/** Time that is left, by the server's clock. */

/**
 * How far this device's clock is from the server's, in milliseconds to add to `Date.now()`.
 * @param {string} serverNow ISO time at which the page was made
 * @param {number} deviceNow
 */
export function clockOffset(serverNow, deviceNow) {
  const server = Date.parse(serverNow);
  return Number.isNaN(server) ? 0 : server - deviceNow;
}

/** Whole seconds until a moment; never negative. */
export function secondsLeft(/** @type {number} */ deadline, /** @type {number} */ now) {
  return Math.max(0, Math.ceil((deadline - now) / 1000));
}

/** Seconds as a clock: 0:05, 12:30, 1:02:03. */
export function clockText(/** @type {number} */ seconds) {
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const tail = `${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`;
}

/**
 * Which warning marks (in seconds) were passed between two readings; the lowest one comes last.
 * @param {number} before
 * @param {number} after
 * @param {number[]} marks
 */
export function passedMarks(before, after, marks) {
  return marks.filter((mark) => before > mark && after <= mark).sort((a, b) => b - a);
}
