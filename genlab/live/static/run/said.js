// What the pictures of a run say of themselves, in the numbers that they show.
import { digits, figure } from "../core/format.js";
import { apart, endsOf, inkOf, varianceOf } from "../shared/told/told.js";
import { fill } from "../core/words.js";

/** @typedef {import("../core/safetensors.js").Tensor} Tensor */
/** @typedef {Record<string, string>} Labels */

const WHITE = 255;
const CIRCLE = 2; // standard deviations of the prior

/** @param {Labels} labels @param {Tensor} drawn @param {Tensor} [originals] */
export function ofSamples(labels, drawn, originals) {
  const size = drawn.data.length / drawn.shape[0];
  const own = fill(labels.told_samples, { n: drawn.shape[0], ink: inkOf(drawn.data, WHITE),
                                          own: digits(varianceOf(drawn.data, size, WHITE)) });
  const data = originals && digits(varianceOf(originals.data, size, WHITE));
  return data ? `${own}; ${fill(labels.told_ofData, { data })}` : own;
}

/** @param {Labels} labels @param {number} count @param {Tensor} originals @param {Tensor} rebuilt @param {Tensor} [pca] */
export function ofRebuilt(labels, count, originals, rebuilt, pca) {
  const size = originals.data.length / originals.shape[0];
  /** @param {Tensor} other */
  const error = (other) => digits(apart(originals.data.subarray(0, count * size), other.data, WHITE));
  const own = fill(labels.told_rebuilt, { n: count, error: error(rebuilt) });
  return pca ? `${own}; ${fill(labels.told_pca, { error: error(pca) })}` : own;
}

/** @param {Labels} labels @param {ArrayLike<number>} codes pairs @param {boolean} prior */
export function ofCodes(labels, codes, prior) {
  const [[left, right], [low, high]] = [0, 1].map((column) => endsOf(codes, 2, column).map((value) => figure(value)));
  const said = fill(labels.told_codes, { n: codes.length / 2, left, right, low, high });
  if (!prior) return said;
  let inside = 0;
  for (let i = 0; i < codes.length; i += 2) inside += Number(Math.hypot(codes[i], codes[i + 1]) <= CIRCLE);
  return `${said}; ${fill(labels.told_inside, { n: inside })}`;
}

/** @param {Labels} labels @param {number[]} nats of each latent, most first @param {number} active */
export function ofLatents(labels, nats, active) {
  const total = digits(nats.reduce((sum, value) => sum + value, 0));
  return fill(labels.told_latents, { total, n: nats.length, active, most: digits(nats[0]) });
}
