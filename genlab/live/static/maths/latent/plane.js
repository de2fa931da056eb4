// Directions through latent space and the planes that two of them span. No DOM.

import { dot } from "../paths.js";
import { numbersOf } from "../tensors.js";

/** @typedef {[low: number, high: number]} Range */
/** @typedef {{key: string, vector: Float32Array, offset: number, low: number, high: number}} Direction */
/** @typedef {import("../tensors.js").Tensors} Tensors */

const PARALLEL = 1e-6; // sin^2 of the angle below which two directions span no plane
const DEVIATIONS = 3; // a range without a prior: so many of the codes' standard deviations to both sides
const SMALLEST = 0.1; // half a range where the codes do not vary at all

// A direction is {key, vector (unit length), offset, low, high}: z lies at vector . z - offset on it, drawn from low to
// high.
/** @param {number} latent @param {number} latents @param {Range} range @returns {Direction} */
export function latentDirection(latent, latents, [low, high]) {
  const vector = new Float32Array(latents);
  vector[latent] = 1;
  return { key: `z${latent + 1}`, vector, offset: 0, low, high };
}

// The k-th principal axis of the codes (row k of axes), from their center.
/** @param {number} axis @param {Float32Array} center @param {Float32Array} axes @param {number} reach @returns {Direction} */
export function axisDirection(axis, center, axes, reach) {
  const vector = axes.subarray(axis * center.length, (axis + 1) * center.length);
  return { key: `axis${axis + 1}`, vector, offset: dot(vector, center), low: -reach, high: reach };
}

/** @param {ArrayLike<number>} z @param {Pick<Direction, "vector" | "offset">} direction */
export function placeOf(z, { vector, offset }) {
  return dot(z, vector) - offset;
}

// The z nearest to this one that lies at these places on one or two directions, written into `out`. Two directions need
// not be at right angles: [1 c; c 1] [a b] = what is missing on each, z + a v + b w. Parallel ones: the first counts.
/** @param {ArrayLike<number>} z @param {Pick<Direction, "vector" | "offset">[]} directions @param {number[]} places */
export function moveTo(z, directions, places, out = new Float32Array(z.length)) {
  const [v, w] = directions.map(({ vector }) => vector);
  const [first, second] = directions.map((direction, i) => places[i] - placeOf(z, direction));
  const c = w ? dot(v, w) : 0;
  const square = 1 - c * c;
  const [a, b] = !w || square < PARALLEL ? [first, 0] : [(first - c * second) / square, (second - c * first) / square];
  for (let i = 0; i < z.length; i++) out[i] = z[i] + a * v[i] + (b && b * w[i]);
  return out;
}

// The codes' standard deviation along each latent: sqrt(sum over axes of (deviation * component)^2).
/** @param {Float32Array} axes @param {Float32Array} deviations */
export function latentDeviations(axes, deviations) {
  const latents = deviations.length;
  return Float32Array.from({ length: latents }, (_, j) => {
    let sum = 0;
    for (let k = 0; k < latents; k++) sum += (deviations[k] * axes[k * latents + j]) ** 2;
    return Math.sqrt(sum);
  });
}

// [low, high] of each latent: the prior's reach, or where there is no prior, three deviations about the codes' center.
/** @param {number} latents @param {number} reach @param {Tensors | null} atlas @returns {Range[]} */
export function rangesOf(latents, reach, atlas) {
  if (!atlas) return Array.from({ length: latents }, () => [-reach, reach]);
  const deviations = latentDeviations(numbersOf(atlas, "axes"), numbersOf(atlas, "axis_deviation"));
  return Array.from(numbersOf(atlas, "center"), (middle, j) => {
    const half = Math.max(SMALLEST, DEVIATIONS * deviations[j]);
    return [Math.floor(10 * (middle - half)) / 10, Math.ceil(10 * (middle + half)) / 10];
  });
}

// How far a plane goes along the k-th axis.
/** @param {number} axis @param {number} reach @param {unknown} prior @param {ArrayLike<number>} deviations */
export function axisReach(axis, reach, prior, deviations) {
  return prior ? reach : Math.max(SMALLEST, DEVIATIONS * deviations[axis]);
}

// The wanted order, of those latents that exist, then the rest.
/** @param {number[] | null | undefined} order @param {number} count */
export function completeOrder(order, count) {
  const all = Array.from({ length: count }, (_, latent) => latent);
  return [...new Set([...(order ?? []).filter((latent) => all.includes(latent)), ...all])];
}

// z as text in an address, without digits that say nothing; and back: null for anything that is not `latents` numbers.
/** @param {ArrayLike<number>} z */
export function zToText(z) {
  return Array.from(z, (value) => String(roundZ(value))).join("_");
}

/** @param {string} text @param {number} latents */
export function zFromText(text, latents) {
  const values = text.trim().replace(/^\[|\]$/g, "").split(/[_,\s]+/).filter(Boolean).map(Number);
  const allowed = values.length === latents && values.every((value) => Number.isFinite(value) && Math.abs(value) < 1e6);
  return allowed ? Float32Array.from(values, roundZ) : null;
}

// Two digits after the point: what the page says is what it decodes.
/** @param {number} value */
export function roundZ(value) {
  return Math.round(value * 100) / 100 || 0; // without a minus before zero
}
