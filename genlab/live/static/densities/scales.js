// The vertical scales of the picture: round numbers that fit what is drawn.
const STEPS = [1, 1.5, 2, 3, 5, 7.5, 10];
const EASE = 0.35; // of the way to a new scale, each frame
const NEAR = 0.004; // of a scale's range: arrived
const LEAST = 1e-9; // where nothing differs the integrand is 0 up to rounding: no mountains of 1e-17

/** @typedef {{top: number, low: number, high: number}} Scales top: of the densities; low, high: of the integrand */
/** @typedef {import("./draw.js").Columns} Columns */

// The smallest round number that is not below this one.
/** @param {number} value */
function roundUp(value) {
  if (!(value > 0)) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  return (STEPS.find((step) => step * power >= value * (1 - 1e-12)) ?? 10) * power;
}

// Scales that glide to where they should be, so that the picture doesn't jump under the hand.
export function createScales() {
  const now = { top: 0, low: 0, high: 0 };
  return {
    now,
    // Returns whether they have arrived.
    /** @param {Scales} wanted @param {boolean} atOnce */
    follow(wanted, atOnce) {
      let arrived = true;
      for (const name of /** @type {const} */ (["top", "low", "high"])) {
        const target = wanted[name];
        const gap = target - now[name];
        const range = name === "top" ? target : wanted.high - wanted.low;
        if (atOnce || Math.abs(gap) <= NEAR * range || now.top === 0) now[name] = target;
        else {
          now[name] += EASE * gap;
          arrived = false;
        }
      }
      return arrived;
    },
  };
}

/** @param {Columns} columns @param {ArrayLike<number>} values @param {number} peaks @param {number} heldTop */
export function wantedScales(columns, values, peaks, heldTop) {
  let top = peaks;
  let low = 0;
  let high = 0;
  for (let i = 0; i < values.length; i++) {
    top = Math.max(top, Math.exp(columns.logP[i]), Math.exp(columns.logQ[i]));
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  return { top: Math.max(heldTop, roundUp(1.06 * top)), low: low < -LEAST ? -roundUp(-1.04 * low) : 0,
           high: high > LEAST ? roundUp(1.04 * high) : low < -LEAST ? 0 : 1 };
}
