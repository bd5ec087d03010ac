/** Moving things in lists. */

/**
 * A new list with the entry at `from` moved to `to`; places outside the list mean its ends.
 * @template T
 * @param {T[]} list
 * @param {number} from
 * @param {number} to
 * @returns {T[]}
 */
export function moved(list, from, to) {
  const rest = list.filter((_, index) => index !== from);
  const place = Math.min(Math.max(to, 0), rest.length);
  return [...rest.slice(0, place), list[from], ...rest.slice(place)];
}

/**
 * The place at which something dropped at height `y` belongs among boxes from top to bottom.
 * @param {number} y
 * @param {{top: number, height: number}[]} boxes
 */
export function placeAt(y, boxes) {
  const below = boxes.findIndex((box) => y < box.top + box.height / 2);
  return below === -1 ? boxes.length : below;
}
