// Points on a line, for a stage that is a plane: x stays x, what is free above it is used. Below, the points lie in rows,
// data over fakes, a little scattered so that they can be told apart; above, their densities are curves. No DOM in here.
import { REACH, latticeNoise, noisePlaces } from "./playground.js";

/** @typedef {import("./playground.js").Frame} Frame */

const ROWS = { examples: -0.62, reconstructions: -0.85, samples: -1.08 };
const SCATTER = 0.16;
const GOLDEN = 0.618034; // multiples of it are spread evenly, however many there are
export const FLOOR = -0.4; // where the curves stand, and
const ROOM = 1.55; // how high the highest data curve may be
const OVER = 0.8; // of it: a model that is too sure of itself has a higher one
const BINS = 121;
const BLUR = 2.5; // deviations of the kernel, in bins

// What of a frame has a place here: name -> numbers, [n, 1] becomes [n, 2]; the rest as it is. A lattice of one latent is
// drawn as the graph of G, z upwards; one of two latents has no picture on a line.
/** @param {Frame} arrays @param {string} noise @returns {Frame} */
export function lifted(arrays, noise) {
  /** @type {Frame} */
  const placed = { ...arrays };
  for (const [name, row] of Object.entries(ROWS)) {
    if (arrays[name])
      placed[name] = beside(arrays[name], (i) => row + SCATTER * (((i * GOLDEN) % 1) - 0.5));
  }
  if (arrays.gradient) placed.gradient = beside(arrays.gradient, () => 0);
  if (arrays.grid) {
    const z = latticeNoise(arrays.grid.length, noise);
    const heights = z.length === arrays.grid.length ? noisePlaces(z, 1, noise) : null;
    if (heights) placed.grid = beside(arrays.grid, (i) => heights[2 * i]);
    else delete placed.grid;
  }
  return placed;
}

/** @param {Float32Array | Uint8Array | number[]} values @param {(i: number) => number} height */
function beside(values, height) {
  const places = new Float32Array(2 * values.length);
  values.forEach((value, i) => {
    places[2 * i] = value;
    places[2 * i + 1] = height(i);
  });
  return places;
}

// The density of lifted points [n, 2] at BINS places from -REACH to REACH: their histogram, smoothed by a normal kernel.
// What lies outside counts, and is not seen.
/** @param {ArrayLike<number>} points */
export function densityOf(points) {
  const bins = new Float32Array(BINS);
  const width = (2 * REACH) / (BINS - 1);
  const count = points.length / 2;
  for (let i = 0; i < count; i++) {
    const bin = Math.round((points[2 * i] + REACH) / width);
    if (bin >= 0 && bin < BINS) bins[bin] += 1 / (count * width);
  }
  const half = Math.ceil(3 * BLUR);
  const kernel = Array.from({ length: 2 * half + 1 }, (_, k) => Math.exp(-(((k - half) / BLUR) ** 2) / 2));
  const sum = kernel.reduce((total, weight) => total + weight);
  return bins.map((_, at) => kernel.reduce((total, weight, k) => total + (weight / sum) * (bins[at + k - half] ?? 0), 0));
}

// A density at evenly spaced places from -REACH to REACH as a curve [n, 2] of the stage; top: the highest of the data's.
/** @param {Float32Array | number[]} density @param {number} top */
export function curveOf(density, top) {
  return beside(density, () => 0).map((_value, k) => {
    const at = k >> 1;
    if (k % 2 === 0) return -REACH + (2 * REACH * at) / (density.length - 1);
    return FLOOR + Math.min(ROOM, (ROOM * OVER * density[at]) / top);
  });
}

// Examples as the stage draws them: as they are in the plane, in their row on a line.
/** @param {Float32Array} examples @param {{dimensions: number, noise: string}} data */
export function examplesOf(examples, { dimensions, noise }) {
  return dimensions === 1 ? lifted({ examples }, noise).examples : examples;
}
