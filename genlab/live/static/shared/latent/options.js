// What a hand on latent space may be given; all is optional.
// order: latents by importance, the first two span the plane; labels: texts, as in ENGLISH; points: outputs are 1-D or
// 2-D points, not images; reach: z goes from -reach to reach (3); extent: the axes of points go from -extent to extent
// (1.5); noise: "normal" or "uniform", what "random" draws; prior: false where z has none, as in an autoencoder: then
// the atlas says where its codes are; start: the z that "reset" returns to (zeros, or the codes' center); all: no
// slider is kept behind "more"; place: {z, across, up}, where to begin; onMove(): z or the plane was changed by hand.

/**
 * @typedef {object} LatentOptions
 * @property {number[] | null} [order]
 * @property {Record<string, string>} [labels]
 * @property {boolean} [points]
 * @property {string[]} [classes] their names, where the decoder is told one
 * @property {number} [reach]
 * @property {number} [extent]
 * @property {string | null} [noise]
 * @property {boolean} [prior]
 * @property {number[] | null} [start]
 * @property {boolean} [all]
 * @property {{z?: ArrayLike<number> | null, across?: string | null, up?: string | null}} [place]
 * @property {() => void} [onMove]
 */

/** @type {Record<string, string>} */
export const ENGLISH = {
  image: "Decoded from z",
  plane: "Plane of two latents: drag, or use the arrow keys",
  across: "across",
  up: "up",
  axis: "axis",
  unused: "unused",
  random: "Random z",
  mean: "Mean (z = 0)",
  reset: "Reset",
  more: "More latents",
  class: "Class y",
  values: "Present z",
  told_latent: "latent {name}",
  told_decoded: "z is {length} long; {ink} % of the picture is ink",
  told_point: "z is {length} long; x = ({x})",
  empty: "No decoder yet: train or load a model.",
  broken: "These weights cannot be shown (not finite, or not a net this page knows). The picture is the last good one.",
};
