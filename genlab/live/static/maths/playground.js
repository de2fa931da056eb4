// The playground's arithmetic: frames between frames, colours of a belief, densities of a lattice. No DOM in here.

import { laplaceQuantile } from "./random.js";

/** @typedef {Record<string, Float32Array | Uint8Array>} Frame arrays by their names */
/** @typedef {[step: number, value: number][]} Curve */

export const REACH = 1.5; // the stage shows [-REACH, REACH]^2, as D's field does
const NOTHING_SAID = 128; // D*'s shade where neither density is
const NOISE_AT = 1.2; // where the edge of the noise is drawn: three deviations of a normal, the end of a uniform
const DRAWN_REACH = 1.2;
const DRAWN_STEPS = 255;
export const DRAWN_MOST = 200;

// Smoothstep: 0 to 1 with rest at both ends.
/** @param {number} t */
export function ease(t) {
  const x = Math.min(1, Math.max(0, t));
  return x * x * (3 - 2 * x);
}

// A frame's arrays (name -> numbers) a share of the way between two frames; what only the later one has is its own.
/** @param {Frame | null | undefined} from @param {Frame} to @param {number} share @returns {Frame} */
export function blend(from, to, share) {
  if (!from || share >= 1) return to;
  /** @type {Frame} */
  const between = {};
  for (const [name, end] of Object.entries(to)) {
    const begin = from[name];
    if (!begin || begin.length !== end.length) {
      between[name] = end;
      continue;
    }
    const numbers = new Float32Array(end.length);
    for (let i = 0; i < end.length; i++) numbers[i] = begin[i] + (end[i] - begin[i]) * share;
    between[name] = numbers;
  }
  return between;
}

// Where z is drawn on the stage: [n, 2] from [n, latents]; one latent lies on the middle line.
/** @param {ArrayLike<number>} z @param {number} latents @param {string} noise */
export function noisePlaces(z, latents, noise) {
  const scale = NOISE_AT / (noise === "uniform" ? 1 : 3);
  const count = z.length / latents;
  const places = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    places[2 * i] = scale * z[i * latents];
    places[2 * i + 1] = latents > 1 ? scale * z[i * latents + 1] : 0;
  }
  return places;
}

// Which of points [n, 2] the stage cannot show: the set of their indices.
/** @param {ArrayLike<number>} points */
export function beyond(points) {
  /** @type {Set<number>} */
  const found = new Set();
  for (let i = 0; i < points.length / 2; i++)
    if (Math.max(Math.abs(points[2 * i]), Math.abs(points[2 * i + 1])) > REACH) found.add(i);
  return found;
}

// The z of a lattice of equal probability, [points, 2 or 1]; points: 441 (21 x 21, the second latent in rows) or 101.
/** @param {number} points @param {string} noise */
export function latticeNoise(points, noise) {
  const side = Math.round(Math.sqrt(points));
  const flat = side * side !== points;
  const count = flat ? points : side;
  /** @param {number} share */
  const quantile = (share) => {
    if (noise === "uniform") return 2 * share - 1;
    return noise === "laplace" ? laplaceQuantile(share) : normalQuantile(share);
  };
  /** @param {number} i */
  const at = (i) => quantile((i + 0.5) / count);
  if (flat) return Float32Array.from({ length: count }, (_, i) => at(i));
  return Float32Array.from({ length: 2 * points }, (_, k) => at(k % 2 ? Math.floor(k / 2 / side) : (k >> 1) % side));
}

// The standard normal's quantile (Acklam's rational approximation, relative error below 1.2e-9).
/** @param {number} p @returns {number} */
export function normalQuantile(p) {
  const a = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
             2.506628277459239];
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572];
  const c = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
             2.938163982698783];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];
  /** @param {number[]} coefficients @param {number} x */
  const poly = (coefficients, x) => coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
  if (p > 0.97575) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return poly(c, q) / (poly(d, q) * q + 1);
  }
  const q = p - 0.5;
  return (poly(a, q * q) * q) / (poly(b, q * q) * q * q + 1);
}

// The density of a lattice's cells: each cell holds the same mass, so its density is that mass over its area.
// grid: [side * side, 2]; returns [(side - 1)^2].
/** @param {ArrayLike<number>} grid @param {number} side */
export function cellDensities(grid, side) {
  const cells = side - 1;
  const densities = new Float32Array(cells * cells);
  const mass = 1 / (cells * cells);
  for (let row = 0; row < cells; row++)
    for (let column = 0; column < cells; column++) {
      const corners = cellCorners(row, column, side);
      let area = 0; // the shoelace formula
      for (let k = 0; k < 4; k++) {
        const i = corners[k];
        const j = corners[(k + 1) % 4];
        area += grid[2 * i] * grid[2 * j + 1] - grid[2 * j] * grid[2 * i + 1];
      }
      densities[row * cells + column] = mass / Math.max(1e-6, Math.abs(area) / 2);
    }
  return densities;
}

// The four corners of a cell, in order around it.
/** @param {number} row @param {number} column @param {number} side */
export function cellCorners(row, column, side) {
  const first = row * side + column;
  return [first, first + 1, first + side + 1, first + side];
}

// A density as opacity: 0 where there is none, one half at density 1, never quite opaque.
/** @param {number} density */
export function densityOpacity(density) {
  return (0.9 * density) / (density + 1);
}

// Pixels [size * size * 4] of a belief: `data` where it is 1, `paper` at 1/2, `generated` at 0; row 0 at the bottom.
/** @param {(i: number) => number} belief @param {number} size
 * @param {{data: number[], generated: number[], paper: number[]}} colours */
export function beliefPixels(belief, size, { data, generated, paper }, strength = 0.6) {
  const pixels = new Uint8ClampedArray(4 * size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const lean = Math.max(-1, Math.min(1, 2 * belief(row * size + column) - 1));
      const colour = lean > 0 ? data : generated;
      const share = Math.abs(lean) ** 0.7 * strength; // a slight lean shows: D is seldom far from 1/2
        const at = 4 * ((size - 1 - row) * size + column);
      for (let k = 0; k < 3; k++) pixels[at + k] = paper[k] + (colour[k] - paper[k]) * share;
      pixels[at + 3] = 255;
    }
  return pixels;
}

// The belief that a layer shows at index i, 0 to 1: D, D*, or their difference about 1/2, where D* says something.
/** @param {Frame} frame @param {string} layer @returns {(i: number) => number} */
export function beliefOf(frame, layer) {
  const { field, best } = frame;
  if (layer === "field") return (i) => field[i] / 255;
  if (layer === "best") return (i) => best[i] / 255;
  return (i) => (best[i] === NOTHING_SAID ? 0.5 : 0.5 + (field[i] - best[i]) / 255 / 2);
}

// Arrows [n, 4] (from, to) along every `each`-th gradient of [n, 2]. One scale at all times, so that a loss that saturates
// shows: a gradient of `half` is drawn half the longest arrow, and none is longer than that.
/** @param {ArrayLike<number>} samples @param {ArrayLike<number>} gradient */
export function arrows(samples, gradient, { longest = 0.3, half = 2, each = 4 } = {}) {
  /** @type {[x: number, y: number, toX: number, toY: number][]} */
  const found = [];
  for (let i = 0; i < gradient.length / 2; i += each) {
    const [x, y, gx, gy] = [samples[2 * i], samples[2 * i + 1], gradient[2 * i], gradient[2 * i + 1]];
    const scale = longest / (Math.hypot(gx, gy) + half);
    found.push([x, y, x + gx * scale, y + gy * scale]);
  }
  return found;
}

// The median of curves ([[step, value], ...] each) at every step that at least half of them have.
/** @param {Curve[]} curves @returns {Curve} */
export function medianCurve(curves) {
  /** @type {Map<number, number[]>} */
  const at = new Map();
  for (const curve of curves) for (const [step, value] of curve) at.set(step, [...(at.get(step) ?? []), value]);
  return [...at]
    .filter(([, values]) => 2 * values.length >= curves.length)
    .sort((a, b) => a[0] - b[0])
    .map(([step, values]) => [step, median(values)]);
}

// The last step that all curves have reached, and each one's value there: the latest at or before it. null before.
/** @param {Curve[]} curves */
export function together(curves) {
  if (!curves.length || curves.some((curve) => !curve.length)) return null;
  const step = Math.min(...curves.map((curve) => curve[curve.length - 1][0]));
  return { step, values: curves.map((curve) => curve.findLast(([at]) => at <= step)?.[1] ?? curve[0][1]) };
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// The name of a drawn data set: two bytes a point, in URL-safe base 64 (see genlab/data/drawn.py).
/** @param {number[][]} points */
export function drawnName(points) {
  /** @param {number} v */
  const inside = (v) => Math.min(DRAWN_REACH, Math.max(-DRAWN_REACH, v));
  /** @param {number} v */
  const step = (v) => Math.round(((inside(v) + DRAWN_REACH) * DRAWN_STEPS) / (2 * DRAWN_REACH));
  const bytes = points.slice(0, DRAWN_MOST).flatMap(([x, y]) => [step(x), step(y)]);
  const text = btoa(String.fromCharCode(...bytes));
  return `drawn-${text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}

// The points in such a name.
/** @param {string} name */
export function drawnPoints(name) {
  const text = name.replace(/^drawn-/, "").replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Array.from(atob(text), (letter) => letter.charCodeAt(0));
  /** @param {number} byte */
  const value = (byte) => (2 * DRAWN_REACH * byte) / DRAWN_STEPS - DRAWN_REACH;
  return Array.from({ length: bytes.length >> 1 }, (_, i) => [value(bytes[2 * i]), value(bytes[2 * i + 1])]);
}

