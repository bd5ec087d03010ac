/** What an answer looks like when it is sent. Pure apart from reading the form it is given. */

/**
 * @typedef {string | string[] | Record<string, string>} Response
 */

/**
 * The response in a question's form: see `Response` in `lms/player/page_model.py`.
 *
 * @param {string} kind
 * @param {[string, string][]} fields names and values in page order
 * @returns {Response}
 */
export function responseOf(kind, fields) {
  const chosen = fields.filter(([name]) => name === "answer").map(([, value]) => value);
  if (kind === "multiple") return chosen;
  if (kind === "order") {
    return fields.filter(([name]) => name.startsWith("order-")).map(([name]) => name.slice(6));
  }
  if (kind === "match") {
    return Object.fromEntries(
      fields
        .filter(([name, value]) => name.startsWith("match-") && value)
        .map(([name, value]) => [name.slice(6), value]),
    );
  }
  return (chosen[0] ?? "").trim();
}

/**
 * Whether something was answered at all.
 *
 * @param {string} kind
 * @param {Response} response
 * @param {number} parts how many left sides a match question has
 */
export function isComplete(kind, response, parts) {
  if (kind === "match") return Object.keys(response).length === parts;
  return /** @type {string | string[]} */ (response).length > 0;
}
