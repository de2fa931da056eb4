// What is known at a place of the playground's stage: p_data by its formula, p_g from samples, D from its field, D* from the
// two densities. No DOM in here.
import { cumulative } from "./normal.js";
import { REACH } from "./playground.js";
import { densityOf } from "./playground_line.js";

/**
 * @typedef {{shape: "mixture", centres: number[][], std: number, weights: number[]}} Mixture
 * @typedef {{shape: "segment", start: number[], end: number[], std: number}} Segment
 * @typedef {{shape: "boxes", boxes: number[][][]}} Boxes
 * @typedef {Mixture | Segment | Boxes} Form what genlab/data/point_shapes.py says of a density
 */
/** @typedef {(place: number[]) => number} Density */

const FAINT = 4.5e-4; // a density of which one sample in a million falls in a cell of D's field counts as none
const NARROW = 0.01; // the narrowest kernel,
const WIDTHS = 10; // and how many there are,
const WIDER = 1.6; // each so many times as wide as the one before
const LONELY = 1e-6; // what a sample that has no neighbours counts, so that one stray does not choose for all

/** @param {number} squared distance @param {number} std @param {number} dimensions */
function normalAt(squared, std, dimensions) {
  return Math.exp(-squared / (2 * std * std)) / (std * Math.sqrt(2 * Math.PI)) ** dimensions;
}

/** @param {number[]} a @param {number[]} b */
function squaredDistance(a, b) {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}

/** @type {{[shape in Form["shape"]]: (form: any, place: number[]) => number}} */
const EXACT = {
  /** @param {Mixture} form */
  mixture({ centres, std, weights }, place) {
    return centres.reduce((sum, c, k) => sum + weights[k] * normalAt(squaredDistance(place, c), std, c.length), 0);
  },
  // Uniform along a segment, with normal noise about it.
  /** @param {Segment} form */
  segment({ start, end, std }, place) {
    const half = Math.hypot(end[0] - start[0], end[1] - start[1]) / 2;
    const [ux, uy] = [(end[0] - start[0]) / (2 * half), (end[1] - start[1]) / (2 * half)];
    const [x, y] = [place[0] - (start[0] + end[0]) / 2, place[1] - (start[1] + end[1]) / 2];
    const along = Math.abs(x * ux + y * uy); // as it is on both sides, there where both terms are small and exact
    const across = x * uy - y * ux;
    const share = cumulative((half - along) / std) - cumulative((-half - along) / std);
    return (share / (2 * half)) * normalAt(across * across, std, 1);
  },
  /** @param {Boxes} form */
  boxes({ boxes }, place) {
    const area = boxes.reduce((sum, [low, high]) => sum + (high[0] - low[0]) * (high[1] - low[1]), 0);
    /** @param {number[][]} box */
    const inside = ([low, high]) => low.every((v, i) => v <= place[i]) && high.every((v, i) => place[i] <= v);
    return boxes.some(inside) ? 1 / area : 0;
  },
};

// p_data at a place, exactly; NaN where its formula is not known.
/** @param {Form | null} form @param {number[]} place */
export function exactDensity(form, place) {
  return form ? EXACT[form.shape](form, place) : Number.NaN;
}

// The density of samples [n, 2], by a normal kernel at each: of several widths the one by which the samples are the
// likeliest, each told by the others (leave one out).
/** @param {ArrayLike<number>} samples @returns {{width: number, density: Density}} */
export function kernelDensity(samples) {
  const n = samples.length / 2;
  const squares = new Float64Array((n * (n - 1)) / 2);
  for (let i = 0, pair = 0; i < n; i++)
    for (let j = 0; j < i; j++, pair++)
      squares[pair] = (samples[2 * i] - samples[2 * j]) ** 2 + (samples[2 * i + 1] - samples[2 * j + 1]) ** 2;
  let [best, width] = [-Infinity, NARROW];
  for (let k = 0; k < WIDTHS; k++) {
    const tried = NARROW * WIDER ** k;
    const told = likelihood(squares, n, tried);
    if (told > best) [best, width] = [told, tried];
  }
  return {
    width,
    density(place) {
      let sum = 0;
      for (let i = 0; i < n; i++)
        sum += normalAt((place[0] - samples[2 * i]) ** 2 + (place[1] - samples[2 * i + 1]) ** 2, width, 2);
      return sum / n;
    },
  };
}

// The log-likelihood of samples, each under the kernels at the others.
/** @param {Float64Array} squares @param {number} n @param {number} width */
function likelihood(squares, n, width) {
  const scale = -1 / (2 * width * width);
  const sums = new Float64Array(n);
  for (let i = 0, pair = 0; i < n; i++)
    for (let j = 0; j < i; j++, pair++) {
      const weight = Math.exp(scale * squares[pair]);
      sums[i] += weight;
      sums[j] += weight;
    }
  const height = 1 / ((n - 1) * 2 * Math.PI * width * width);
  return sums.reduce((total, sum) => total + Math.log(height * sum + LONELY), 0);
}

// The density of samples on a line (lifted: [n, 2]), as the stage draws it: straight between the places of its curve.
/** @param {ArrayLike<number>} samples @returns {Density} */
export function lineDensity(samples) {
  const curve = densityOf(samples);
  return ([x]) => straight(curve, ((x + REACH) / (2 * REACH)) * (curve.length - 1));
}

/** @param {ArrayLike<number>} values @param {number} at */
function straight(values, at) {
  const low = Math.min(values.length - 2, Math.max(0, Math.floor(at)));
  return values[low] + (at - low) * (values[low + 1] - values[low]);
}

// D at a place, 0 to 1: its field (bytes, a square of them over the stage, row 0 at the bottom), straight between its points.
/** @param {Uint8Array} field @param {number[]} place */
export function fieldAt(field, place) {
  const cells = Math.round(Math.sqrt(field.length));
  const [across, up] = [place[0], place[1] ?? 0].map((v) => ((v + REACH) / (2 * REACH)) * (cells - 1));
  const row = Math.min(cells - 2, Math.max(0, Math.floor(up)));
  const [below, above] = [row, row + 1].map((r) => straight(field.subarray(r * cells, (r + 1) * cells), across));
  return (below + (up - row) * (above - below)) / 255;
}

// D*(x) = p_data / (p_data + p_g) (Goodfellow et al. 2014, proposition 1); NaN where neither says anything.
/** @param {number} data @param {number} generated */
export function bestBelief(data, generated) {
  const [p, q] = [data, generated].map((v) => (v < FAINT ? 0 : v));
  return p / (p + q);
}
