// A GAN and a VAE with one latent, as curves that their nets were read off at equal steps (pretrained/one_dimension.py).
import { between } from "../maths/likelihood.js";
import { normal } from "../maths/random.js";

/** @typedef {import("../maths/random.js").Random} Random */
/** @typedef {[low: number, high: number]} Range */
/**
 * @typedef {object} Curves what pretrained/one_dimension.json holds: each curve from end to end of z or of x
 * @property {Range} z
 * @property {Range} x
 * @property {{generator: number[], belief: number[]}} gan
 * @property {{decoder: number[], deviation: number, bound: number[]}} vae
 */

/** @param {Curves} curves */
export function createGan({ z, x, gan }) {
  return {
    /** @param {Random} random */
    drawn: (random) => between(gan.generator, z, normal(random)),
    /** @param {number} at */
    belief: (at) => between(gan.belief, x, at),
  };
}

/** @param {Curves} curves */
export function createVae({ z, x, vae }) {
  return {
    /** @param {Random} random */
    drawn: (random) => between(vae.decoder, z, normal(random)) + vae.deviation * normal(random),
    /** @param {number} at */
    bound: (at) => between(vae.bound, x, at), // of log p(x), nats
  };
}
