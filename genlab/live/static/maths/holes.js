// Where a prior puts mass but no code lies. Codes and draws are flat arrays, row by row, `dims` numbers each. No DOM.

/** @typedef {{typical: number, threshold: number, share: number}} Holes */

import { noise } from "./random.js";

const PERCENTILE = 0.95; // by construction 5 % of the codes themselves are as far from the other codes

// The distance from the query at `from` to the nearest code; `skip`: a code that does not count, as the query itself.
/** @param {Float32Array} codes @param {number} dims @param {ArrayLike<number>} queries @param {number} from */
export function nearest(codes, dims, queries, from, skip = -1) {
  let best = Infinity;
  for (let i = 0, at = 0; at < codes.length; i++, at += dims) {
    if (i === skip) continue;
    let sum = 0;
    for (let k = 0; k < dims && sum < best; k++) sum += (codes[at + k] - queries[from + k]) ** 2;
    if (sum < best) best = sum;
  }
  return Math.sqrt(best);
}

// Value at a share of the sorted values, linear between two of them, as numpy's quantile.
/** @param {ArrayLike<number>} values @param {number} share */
export function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

// Steps, so that a browser may breathe between them: for (const rest of measureHoles(...)) ; the last one yields
// {typical, threshold, share}. typical: the median distance from a code to its nearest neighbour; threshold: the 95th
// percentile of it; share: the part of the draws that are farther from every code than that.
/** @param {Float32Array} codes @param {Float32Array} draws @param {number} dims
 * @returns {Generator<Holes | null, void>} */
export function* measureHoles(codes, draws, dims, slice = 100) {
  const apart = new Float64Array(codes.length / dims);
  for (let i = 0; i < apart.length; i++) {
    apart[i] = nearest(codes, dims, codes, i * dims, i);
    if (i % slice === slice - 1) yield null;
  }
  const threshold = quantile(apart, PERCENTILE);
  let outside = 0;
  for (let i = 0; i < draws.length / dims; i++) {
    if (nearest(codes, dims, draws, i * dims) > threshold) outside += 1;
    if (i % slice === slice - 1) yield null;
  }
  yield { typical: quantile(apart, 0.5), threshold, share: outside / (draws.length / dims) };
}

// One z from each q(z|x): mean + exp(log_variance / 2) eps.
/** @param {Float32Array} means @param {Float32Array} logVariances @param {number} seed @param {string | null} kind of eps */
export function drawCodes(means, logVariances, seed, kind = "normal") {
  const eps = noise(seed, means.length, kind);
  return means.map((mean, i) => mean + Math.exp(logVariances[i] / 2) * eps[i]);
}

// Draws from the normal with the codes' mean and covariance: center + sum over axes of deviation * eps * axis.
// axes: row k is the k-th principal axis, deviations: the codes' standard deviation along each.
/** @param {Float32Array} center @param {Float32Array} axes @param {Float32Array} deviations @param {number} count @param {number} seed */
export function drawFitted(center, axes, deviations, count, seed) {
  const dims = center.length;
  const eps = noise(seed, count * dims);
  const draws = new Float32Array(count * dims);
  for (let i = 0; i < count; i++) {
    const at = i * dims;
    for (let k = 0; k < dims; k++) {
      const along = eps[at + k] * deviations[k];
      for (let j = 0; j < dims; j++) draws[at + j] += along * axes[k * dims + j];
    }
    for (let j = 0; j < dims; j++) draws[at + j] += center[j];
  }
  return draws;
}

// Two coordinates of each code: along two directions (rows of length dims) from an origin.
/** @param {Float32Array} codes @param {number} dims @param {ArrayLike<number>} origin @param {ArrayLike<number>} across
 * @param {ArrayLike<number>} up */
export function project(codes, dims, origin, across, up) {
  const plane = new Float32Array((2 * codes.length) / dims);
  for (let i = 0, at = 0; at < codes.length; i++, at += dims) {
    for (let k = 0; k < dims; k++) {
      const centred = codes[at + k] - origin[k];
      plane[2 * i] += centred * across[k];
      plane[2 * i + 1] += centred * up[k];
    }
  }
  return plane;
}
