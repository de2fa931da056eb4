// KL, JS, total variation and W1 of two mixtures of one-dimensional normals, in nats, without the page.
// A mixture is an array of 1 to 3 components {mean, std, weight} whose weights sum to 1. Everything is computed from
// logarithms of densities, which don't underflow where the densities do: between distant, narrow components too.
import { cumulative, density } from "../normal.js";

/** @typedef {{mean: number, std: number, weight: number}} Component */
/** @typedef {Component[]} Mixture */
/** @typedef {{size: number, mean: number[], inverse: number[], offset: number[], std: number[], weight: number[]}} Compiled */
/** @typedef {{kl_pq: number, kl_qp: number, js: number, tv: number, w1: number, cost: number}} Divergences */
/** @typedef {ReturnType<typeof quadrature>} Nodes */

export const LOG_2 = Math.log(2);
export const LOG_4 = Math.log(4);
const LOG_ROOT_TWO_PI = 0.5 * Math.log(2 * Math.PI);

// Gauss and Legendre's rule of ten points on [-1, 1] (Abramowitz and Stegun 1964, table 25.4): half of it.
const POINTS = [0.14887433898163122, 0.43339539412924719, 0.67940956829902441, 0.86506336668898451,
                0.97390652851717172];
const SHARES = [0.29552422471475287, 0.26926671930999636, 0.21908636251598204, 0.14945134915058059,
                0.06667134430868814];
// Where panels end around a component, in its standard deviations; beyond the last lies less than 1e-22 of it.
const OFFSETS = [0, 1, 2, 3, 4, 5, 6.5, 8, 10];
const NEGLIGIBLE = 1e-13; // a difference of log densities of this relative size is rounding, not a crossing

// The coefficients of each component's log density: mean, 1 / std, log(weight / std) - log sqrt(2 pi).
/** @param {Mixture} mixture @returns {Compiled} */
export function compile(mixture) {
  const size = mixture.length;
  /** @type {Compiled} */
  const compiled = { size, mean: [], inverse: [], offset: [], std: [], weight: [] };
  for (const { mean, std, weight } of mixture) {
    compiled.mean.push(mean);
    compiled.std.push(std);
    compiled.weight.push(weight);
    compiled.inverse.push(1 / std);
    compiled.offset.push(Math.log(weight) - Math.log(std) - LOG_ROOT_TWO_PI);
  }
  return compiled;
}

// log sum_k exp(log density of component k), of a compiled mixture.
/** @param {Compiled} mixture @param {number} x */
export function logDensity({ size, mean, inverse, offset }, x) {
  let z = (x - mean[0]) * inverse[0];
  const first = offset[0] - 0.5 * z * z;
  if (size === 1) return first;
  z = (x - mean[1]) * inverse[1];
  const second = offset[1] - 0.5 * z * z;
  const two = logAdd(first, second);
  if (size === 2) return two;
  z = (x - mean[2]) * inverse[2];
  return logAdd(two, offset[2] - 0.5 * z * z);
}

/** @param {number} a @param {number} b */
export function logAdd(a, b) {
  const gap = a > b ? b - a : a - b;
  const most = a > b ? a : b;
  return gap < -40 ? most : most + Math.log1p(Math.exp(gap));
}

// F(x), the mixture's distribution function.
/** @param {Compiled} mixture @param {number} x */
export function distribution({ size, mean, inverse, weight }, x) {
  let total = 0;
  for (let k = 0; k < size; k++) total += weight[k] * cumulative((x - mean[k]) * inverse[k]);
  return total;
}

// The integral of F from minus infinity to x.
/** @param {Compiled} mixture @param {number} x */
function integralOfDistribution({ size, mean, std, weight }, x) {
  let total = 0;
  for (let k = 0; k < size; k++) {
    const z = (x - mean[k]) / std[k];
    total += weight[k] * std[k] * (z * cumulative(z) + density(z));
  }
  return total;
}

// D*(x) = p / (p + q), from log densities.
/** @param {number} logP @param {number} logQ */
export function discriminator(logP, logQ) {
  return 1 / (1 + Math.exp(logQ - logP));
}

// The integrand of each number at one place, from log densities: a density in nats per unit of x.
/** @type {Record<"kl_pq" | "kl_qp" | "js" | "tv" | "cost", (logP: number, logQ: number) => number>} */
export const INTEGRANDS = {
  kl_pq: (logP, logQ) => Math.exp(logP) * (logP - logQ),
  kl_qp: (logP, logQ) => Math.exp(logQ) * (logQ - logP),
  js: (logP, logQ) => {
    const logM = logAdd(logP, logQ) - LOG_2;
    return 0.5 * (pointwise(logP, logM) + pointwise(logQ, logM));
  },
  tv: (logP, logQ) => 0.5 * Math.abs(Math.exp(logP) - Math.exp(logQ)),
  cost: (logP, logQ) => {
    const logSum = logAdd(logP, logQ);
    return Math.exp(logP) * (logP - logSum) + Math.exp(logQ) * (logQ - logSum);
  },
};

// exp(t) - 1 - t: never negative, so that a sum of such terms has the right sign; by its series where it would cancel.
/** @param {number} t */
function excess(t) {
  if (Math.abs(t) > 0.01) return Math.expm1(t) - t;
  return t * t * (0.5 + t * (1 / 6 + t * (1 / 24 + t / 120)));
}

// p (exp(t) - 1 - t) with t = log(q / p): p log(p / q) - p + q, whose integral is KL(p || q).
/** @param {number} logP @param {number} logQ */
export function pointwise(logP, logQ) {
  const t = logQ - logP;
  return t > 1 ? Math.exp(logQ) - Math.exp(logP) * (1 + t) : Math.exp(logP) * excess(t);
}

// Where one component of a mixture takes over from another, log density bends within a width that shrinks with their
// distance; far out in the tails of narrow components it is a kink. Panels end there, in widening steps.
/** @param {number[]} ends @param {Compiled} mixture */
function addBends(ends, { size, mean, inverse, offset }) {
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) {
      const [u, v] = [inverse[i] * inverse[i], inverse[j] * inverse[j]];
      // log ratio = a x^2 + 2 b x + c, x measured from the first mean
      const distance = mean[j] - mean[i];
      const a = 0.5 * (v - u);
      const b = -0.5 * v * distance;
      const c = 0.5 * v * distance * distance + offset[i] - offset[j];
      const root = Math.sqrt(Math.max(0, b * b - a * c));
      if (root === 0) continue;
      const width = 0.5 / root;
      const far = b > 0 ? -b - root : -b + root; // the root whose sum doesn't cancel
      for (const x of [c / far, far / a]) {
        if (!Number.isFinite(x)) continue;
        for (const step of [-16, -4, 0, 4, 16]) ends.push(mean[i] + x + step * width);
      }
    }
  }
}

// The ends of the panels: fine around every component and every bend, together covering all tails; and those given.
/** @param {Compiled} p @param {Compiled} q @param {number[]} given */
function panelEnds(p, q, given) {
  const ends = [...given];
  let low = Infinity;
  let high = -Infinity;
  for (const mixture of [p, q]) {
    for (let k = 0; k < mixture.size; k++) {
      const [center, std] = [mixture.mean[k], mixture.std[k]];
      for (const offset of OFFSETS) ends.push(center - offset * std, center + offset * std);
      low = Math.min(low, center - 10 * std);
      high = Math.max(high, center + 10 * std);
    }
    addBends(ends, mixture);
  }
  return Float64Array.from(ends.filter((x) => x >= low && x <= high)).sort();
}

// The quadrature's nodes: x, their weights, and both log densities there. The arrays are reused by the next call.
const room = (/** @type {number} */ length) => new Float64Array(length);
let buffers = { x: room(0), weight: room(0), logP: room(0), logQ: room(0) };

/** @param {Compiled} p @param {Compiled} q @param {number[]} given */
export function quadrature(p, q, given = []) {
  const ends = panelEnds(p, q, given);
  const most = 10 * ends.length;
  if (buffers.x.length < most) {
    buffers = { x: room(2 * most), weight: room(2 * most), logP: room(2 * most), logQ: room(2 * most) };
  }
  const { x, weight, logP, logQ } = buffers;
  let count = 0;
  for (let panel = 1; panel < ends.length; panel++) {
    const half = 0.5 * (ends[panel] - ends[panel - 1]);
    if (half < 1e-12) continue;
    const middle = 0.5 * (ends[panel] + ends[panel - 1]);
    for (let i = -5; i < 5; i++) {
      const k = i < 0 ? -1 - i : i;
      x[count] = middle + (i < 0 ? -half : half) * POINTS[k];
      weight[count] = half * SHARES[k];
      logP[count] = logDensity(p, x[count]);
      logQ[count] = logDensity(q, x[count]);
      count += 1;
    }
  }
  return { count, x, weight, logP, logQ };
}

// The zero of `difference` between two places where its signs differ: bisection, kept quick by regula falsi (Illinois).
/** @param {(x: number) => number} difference @param {number} left @param {number} right @param {number} atLeft
 * @param {number} atRight */
function zero(difference, left, right, atLeft, atRight) {
  let side = 0;
  for (let turn = 0; turn < 60 && right - left > 1e-14 * (1 + Math.abs(left)); turn++) {
    const middle = turn % 3 === 2 ? 0.5 * (left + right) : (left * atRight - right * atLeft) / (atRight - atLeft);
    const value = difference(middle);
    if (value === 0) return middle;
    if (value > 0 === atRight > 0) {
      [right, atRight] = [middle, value];
      if (side === 1) atLeft *= 0.5;
      side = 1;
    } else {
      [left, atLeft] = [middle, value];
      if (side === -1) atRight *= 0.5;
      side = -1;
    }
  }
  return 0.5 * (left + right);
}

// Where p = q, from left to right.
/** @param {Compiled} p @param {Compiled} q @param {Nodes} nodes */
function crossings(p, q, { count, x, logP, logQ }) {
  /** @type {number[]} */
  const places = [];
  let last = -1;
  for (let i = 0; i < count; i++) {
    const gap = logP[i] - logQ[i];
    if (Math.abs(gap) <= NEGLIGIBLE * (1 + Math.abs(logP[i]))) continue;
    if (last >= 0 && gap > 0 !== logP[last] - logQ[last] > 0) {
      /** @param {number} at */
      const difference = (at) => logDensity(p, at) - logDensity(q, at);
      places.push(zero(difference, x[last], x[i], logP[last] - logQ[last], gap));
    }
    last = i;
  }
  return places;
}

// Between two crossings of the densities F_p - F_q is monotonic. So the total variation is the sum of its steps, and it
// has at most one zero in each: W1, the integral of |F_p - F_q|, is exact too.
/** @param {Compiled} p @param {Compiled} q @param {Nodes} nodes */
function transport(p, q, nodes) {
  const places = crossings(p, q, nodes);
  /** @param {number} x */
  const difference = (x) => distribution(p, x) - distribution(q, x);
  /** @param {number} x */
  const integral = (x) => integralOfDistribution(p, x) - integralOfDistribution(q, x);
  let variation = 0;
  let distance = 0;
  let before = 0;
  let area = 0;
  places.forEach((place, i) => {
    const here = difference(place);
    variation += Math.abs(here - before);
    if (here * before < 0) {
      const reached = integral(zero(difference, places[i - 1], place, before, here));
      distance += Math.abs(reached - area);
      area = reached;
    }
    before = here;
  });
  /** @param {Compiled} mixture */
  const means = (mixture) => mixture.weight.reduce((total, weight, k) => total + weight * mixture.mean[k], 0);
  distance += Math.abs(means(q) - means(p) - area);
  return { tv: Math.min(1, 0.5 * (variation + Math.abs(before))), w1: distance };
}

// All numbers of two compiled mixtures, {kl_pq, kl_qp, js, tv, w1, cost}: nats, but tv a probability, w1 in x's unit.
/** @param {Compiled} p @param {Compiled} q @returns {Divergences} */
export function divergences(p, q) {
  const nodes = quadrature(p, q);
  const { count, weight, logP, logQ } = nodes;
  let forward = 0;
  let backward = 0;
  let js = 0;
  for (let i = 0; i < count; i++) {
    forward += weight[i] * pointwise(logP[i], logQ[i]);
    backward += weight[i] * pointwise(logQ[i], logP[i]);
    js += weight[i] * INTEGRANDS.js(logP[i], logQ[i]);
  }
  js = Math.min(LOG_2, Math.max(0, js));
  return { kl_pq: Math.max(0, forward), kl_qp: Math.max(0, backward), js, ...transport(p, q, nodes),
           cost: 2 * js - LOG_4 };
}
