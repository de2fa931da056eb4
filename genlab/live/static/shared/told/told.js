// What a figure shows, with its present numbers, for those who do not see it: its name. It follows the figure and is no
// live region: who asks is told, and nothing is read out by itself while a run trains or a hand moves.

const PAUSE_MS = 250; // numbers are gathered once a while, not at every picture
/** @type {WeakMap<Element, () => string>} */
const asked = new WeakMap();

// say(): the words, of the moment at which they are needed.
/** @param {Element} figure @param {() => string} say */
export function tell(figure, say) {
  const waits = asked.has(figure);
  asked.set(figure, say);
  if (waits) return;
  setTimeout(() => {
    const newest = asked.get(figure);
    asked.delete(figure);
    if (newest && figure.isConnected) name(figure, newest());
  }, PAUSE_MS);
}

/** @param {Element} figure @param {string} text */
export function name(figure, text) {
  if (figure.getAttribute("aria-label") !== text) figure.setAttribute("aria-label", text);
}

// How much of a picture is ink, in percent. white: the number that is white.
/** @param {ArrayLike<number>} picture */
export function inkOf(picture, white = 1) {
  return ((100 * meanOf(picture)) / white).toFixed(1);
}

/** @param {ArrayLike<number>} values */
export function meanOf(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return values.length ? sum / values.length : Number.NaN;
}

// The mean square of what two pictures differ by, a pixel; as many pixels as the shorter one has.
/** @param {ArrayLike<number>} one @param {ArrayLike<number>} other */
export function apart(one, other, white = 1) {
  const count = Math.min(one.length, other.length);
  let sum = 0;
  for (let i = 0; i < count; i++) sum += ((one[i] - other[i]) / white) ** 2;
  return sum / count;
}

// The variance of each of `size` places among the pictures, in the mean over the places.
/** @param {ArrayLike<number>} pictures @param {number} size */
export function varianceOf(pictures, size, white = 1) {
  const count = pictures.length / size;
  let total = 0;
  for (let place = 0; place < size; place++) {
    let [sum, squares] = [0, 0];
    for (let i = place; i < pictures.length; i += size) {
      sum += pictures[i] / white;
      squares += (pictures[i] / white) ** 2;
    }
    total += squares / count - (sum / count) ** 2;
  }
  return total / size;
}

// The least and the largest of every `columns`-th value, beginning with the one at `column`.
/** @param {ArrayLike<number>} values @returns {[low: number, high: number]} */
export function endsOf(values, columns = 1, column = 0) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = column; i < values.length; i += columns) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  return [low, high];
}

