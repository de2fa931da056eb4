// What may be set, and the situations that are worth a look.

// Wherever x, w and s stand, the posterior is within reach of mu and sigma: its mean is at most x / 2s, that is 10.
/** @typedef {"x" | "w" | "s" | "mu" | "sigma"} Name */
/** @typedef {Record<Name, number>} Numbers */
/** @typedef {Numbers & {area: string}} Settings area: "1" where the integral of p(x) is drawn */

/** @type {Record<Name, [low: number, high: number]>} */
export const LIMITS = { x: [-4, 4], w: [-2, 2], s: [0.2, 2], mu: [-10, 10], sigma: [0.05, 2.5] };
/** @type {Numbers} */
export const USUAL = { x: 2, w: 1, s: 0.6, mu: 0.4, sigma: 0.7 };
// A sharp likelihood makes a narrow posterior; where w is 0 the posterior is the prior; an x that is hard to explain.
/** @type {Record<string, Partial<Numbers>>} */
export const SITUATIONS = {
  usual: {},
  sharp: { w: 1.5, s: 0.2 },
  ignored: { w: 0 },
  surprising: { x: 4, w: 0.5, s: 0.4 },
};
