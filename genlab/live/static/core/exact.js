// A number that a person has set, in all its digits: two after the point, as sliders move, and more where a link has more.
/** @param {number} value */
export function exact(value, most = 4) {
  const text = String(Math.abs(Number(value.toFixed(most))));
  const after = text.split(".")[1] ?? "";
  const written = after.length < 2 ? Number(text).toFixed(2) : text;
  return value < 0 && Number(text) !== 0 ? `−${written}` : written;
}
