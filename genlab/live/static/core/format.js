// Numbers as they are written, with a true minus and none before a zero.

// A number that a person has set, in all its digits: two after the point, as sliders move, and more where a link has more.
/** @param {number} value */
export function exact(value, most = 4) {
  const text = String(Math.abs(Number(value.toFixed(most))));
  const after = text.split(".")[1] ?? "";
  const written = after.length < 2 ? Number(text).toFixed(2) : text;
  return value < 0 && Number(text) !== 0 ? `−${written}` : written;
}

// A number that is measured, in some four digits, whatever its size.
/** @param {number} value */
export function digits(value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size < 5e-7) return "0.000"; // what rounding leaves of nothing
  return (value < 0 ? "−" : "") + sized(size);
}

/** @param {number} size */
function sized(size) {
  if (size >= 1e6) return size.toExponential(0);
  if (size >= 100) return size.toFixed(1);
  if (size >= 10) return size.toFixed(2);
  if (size >= 0.1) return size.toFixed(3);
  if (size >= 0.001) return size.toFixed(4);
  return size.toExponential(1);
}

// With so many digits after the point; a dash for what is no number.
/** @param {number} value */
export function figure(value, places = 2) {
  if (!Number.isFinite(value)) return "–";
  const text = Math.abs(value).toFixed(places);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

// The same with a figure space where there is no minus, so that numbers keep their width.
/** @param {number} value */
export function signed(value, places = 2) {
  const text = figure(value, places);
  return text.startsWith("−") ? text : `\u2007${text}`;
}
