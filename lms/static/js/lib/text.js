/** Putting values into texts that the server wrote. */

/**
 * Replace `{name}` by values; unknown names stay, so that a mistake is seen.
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** How many are selected, in words: the text for none, for one, or for many with `{count}`. */
export function countText(
  /** @type {number} */ count,
  /** @type {{none: string, one: string, many: string}} */ texts,
) {
  if (count === 0) return texts.none;
  return count === 1 ? texts.one : fill(texts.many, { count });
}

const UNITS = ["B", "KB", "MB", "GB"];

/** A size in bytes for people: 512 B, 1.5 MB; 1 KB is 1024 B as in file managers. */
export function sizeText(/** @type {number} */ bytes) {
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || size >= 100 ? 0 : 1;
  return `${size.toFixed(digits).replace(/\.0$/, "")} ${UNITS[unit]}`;
}

/**
 * Whether a file is of a kind an input accepts: `.pptx,application/pdf,image/*`. No list accepts everything.
 * @param {{name: string, type: string}} file
 * @param {string} accept
 */
export function isAccepted(file, accept) {
  const kinds = accept.split(",").map((kind) => kind.trim().toLowerCase()).filter(Boolean);
  if (kinds.length === 0) return true;
  const name = file.name.toLowerCase();
  const type = file.type.toLowerCase();
  return kinds.some((kind) => {
    if (kind.startsWith(".")) return name.endsWith(kind);
    if (kind.endsWith("/*")) return type.startsWith(kind.slice(0, -1));
    return type === kind;
  });
}
