// What is known of a latent space before anything is drawn: its ranges, where a hand begins, its directions. No DOM.

import { draw } from "../random.js";
import { numbersOf } from "../tensors.js";
import { axisDirection, axisReach, completeOrder, latentDirection, rangesOf, roundZ } from "./plane.js";

/** @typedef {import("../tensors.js").Tensors} Tensors */
/** @typedef {{order?: number[] | null, prior: unknown, reach: number, start?: ArrayLike<number> | null}} Options */

// options: {order, prior, reach, start} as the hand has them; atlas: its tensors, or null; axis: the word for an axis.
// Returns {order, ranges, start, directions: Map key -> direction with its name and option}; an atlas of another latent
// size counts for nothing.
/** @param {number} latents @param {Options} options @param {Tensors | null | undefined} atlas @param {string} axis */
export function latentSpace(latents, options, atlas, axis) {
  const { prior, reach } = options;
  const fits = atlas?.get("order")?.data.length === latents;
  const codes = fits && atlas.has("means") ? atlas : null;
  const order = completeOrder(fits ? Array.from(numbersOf(atlas, "order"), Number) : options.order, latents);
  const ranges = rangesOf(latents, reach, prior ? null : codes);
  const center = !prior && codes ? numbersOf(codes, "center") : null;
  const found = order.map((latent) => ({
    ...latentDirection(latent, latents, ranges[latent]), option: String(latent), name: `z${latent + 1}`,
  }));
  if (codes && latents > 1) {
    const [axes, deviations] = ["axes", "axis_deviation"].map((name) => numbersOf(codes, name));
    for (let k = 0; k < latents; k++) {
      const direction = axisDirection(k, numbersOf(codes, "center"), axes, axisReach(k, reach, prior, deviations));
      found.push({ ...direction, option: direction.key, name: `${axis} ${k + 1}` });
    }
  }
  return {
    fits,
    hasCodes: Boolean(codes),
    order,
    ranges,
    start: Float32Array.from({ length: latents }, (_, j) => roundZ(options.start?.[j] ?? center?.[j] ?? 0)),
    directions: new Map(found.map((direction) => [direction.key, direction])),
  };
}

// A draw from p(z), "normal", "laplace" or "uniform" on [-1, 1]; without a prior (noise: null) from the normal that has the codes'
// mean and covariance, where the atlas knows them.
/** @param {number} latents @param {string | null | undefined} noise @param {Tensors | null | undefined} atlas */
export function randomZ(latents, noise, atlas) {
  const eps = Array.from({ length: latents }, () => draw(noise ?? "normal"));
  if (noise || !atlas?.has("means")) return eps;
  const [center, axes, deviations] = ["center", "axes", "axis_deviation"].map((name) => numbersOf(atlas, name));
  const along = eps.map((e, k) => e * deviations[k]);
  return Array.from(center, (middle, j) => along.reduce((sum, u, k) => sum + u * axes[k * latents + j], middle));
}
