// What the numbers of two mixtures are made of: how much of an integrand lies beyond a picture, and the halves of JS.
import { INTEGRANDS, LOG_2, distribution, logAdd, pointwise, quadrature } from "./mixtures.js";

/** @typedef {import("./mixtures.js").Compiled} Compiled */
/** @typedef {import("./mixtures.js").Divergences} Divergences */

// The shares of an integrand's area (the integral of its absolute value) below -reach and above reach.
/** @param {keyof Divergences} number @param {Compiled} p @param {Compiled} q @param {number} reach
 * @returns {[below: number, above: number]} */
export function beyond(number, p, q, reach) {
  const ends = [p, q].flatMap(({ mean, std }) => mean.map((center, k) => Math.abs(center) + 10 * std[k]));
  if (Math.max(...ends) <= reach) return [0, 0]; // the numbers themselves look no further
  /** @type {(logP: number, logQ: number, x: number) => number} */
  const of = number === "w1"
    ? (_p, _q, place) => Math.abs(distribution(p, place) - distribution(q, place))
    : INTEGRANDS[number];
  const { count, x, weight, logP, logQ } = quadrature(p, q, [-reach, reach]);
  const areas = [0, 0, 0];
  for (let i = 0; i < count; i++)
    areas[x[i] < -reach ? 0 : x[i] > reach ? 2 : 1] += weight[i] * Math.abs(of(logP[i], logQ[i], x[i]));
  const whole = areas[0] + areas[1] + areas[2];
  return whole > 0 ? [areas[0] / whole, areas[2] / whole] : [0, 0];
}

// KL(p||m) and KL(q||m), m the even mixture of both: the two halves of JS, in nats.
/** @param {Compiled} p @param {Compiled} q @returns {{p: number, q: number}} */
export function toMiddle(p, q) {
  const { count, weight, logP, logQ } = quadrature(p, q);
  const found = { p: 0, q: 0 };
  for (let i = 0; i < count; i++) {
    const logM = logAdd(logP[i], logQ[i]) - LOG_2;
    found.p += weight[i] * pointwise(logP[i], logM);
    found.q += weight[i] * pointwise(logQ[i], logM);
  }
  return { p: Math.max(0, found.p), q: Math.max(0, found.q) };
}
