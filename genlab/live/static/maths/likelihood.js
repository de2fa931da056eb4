// Fits by maximum likelihood in one dimension, draws from models, and how likely they say a place is; without the page.
import { compile, logDensity } from "./mixtures/mixtures.js";
import { normal } from "./random.js";

/** @typedef {import("./mixtures/mixtures.js").Component} Component */
/** @typedef {import("./mixtures/mixtures.js").Mixture} Mixture */
/** @typedef {import("./random.js").Random} Random */

const LEAST_STD = 0.02; // a component that sits on one example would be infinitely likely

/** @param {Mixture} mixture @param {Random} random */
export function drawn(mixture, random) {
  let left = random();
  const part = mixture.find(({ weight }) => (left -= weight) < 0) ?? mixture[mixture.length - 1];
  return part.mean + part.std * normal(random);
}

// The mean over the examples of log p(x), nats.
/** @param {Mixture} mixture @param {ArrayLike<number>} examples */
export function logLikelihood(mixture, examples) {
  const compiled = compile(mixture);
  let sum = 0;
  for (let i = 0; i < examples.length; i++) sum += logDensity(compiled, examples[i]);
  return sum / examples.length;
}

// The normal that makes the examples most likely: their mean and deviation.
/** @param {ArrayLike<number>} examples @returns {Mixture} */
export function bestNormal(examples) {
  const count = examples.length;
  let mean = 0;
  for (let i = 0; i < count; i++) mean += examples[i] / count;
  let square = 0;
  for (let i = 0; i < count; i++) square += (examples[i] - mean) ** 2 / count;
  return [{ mean, std: Math.max(LEAST_STD, Math.sqrt(square)), weight: 1 }];
}

// One step of EM (Dempster, Laird and Rubin 1977), which never lowers the likelihood: each example is shared out to the
// components by how likely each is to have made it, and each becomes the normal of its shares.
/** @param {Mixture} mixture @param {ArrayLike<number>} examples @returns {Mixture} */
export function emStep(mixture, examples) {
  const whole = compile(mixture);
  const parts = mixture.map((part) => compile([{ ...part, weight: 1 }]));
  const sums = mixture.map(() => ({ share: 0, first: 0, second: 0 }));
  for (let i = 0; i < examples.length; i++) {
    const x = examples[i];
    const total = logDensity(whole, x);
    for (let k = 0; k < parts.length; k++) {
      const share = mixture[k].weight * Math.exp(logDensity(parts[k], x) - total);
      sums[k].share += share;
      sums[k].first += share * x;
      sums[k].second += share * (x - mixture[k].mean) ** 2;
    }
  }
  return sums.map(({ share, first, second }, k) => {
    if (share < 1e-9) return mixture[k];
    const mean = first / share;
    const square = second / share - (mean - mixture[k].mean) ** 2;
    return { mean, std: Math.max(LEAST_STD, Math.sqrt(Math.max(0, square))), weight: share / examples.length };
  });
}

// A share of the way from one normal to another: variances and means, so that the likelihood rises all the way to the
// best one.
/** @param {Component} from @param {Component} to @param {number} share @returns {Component} */
export function towards(from, to, share) {
  const mean = from.mean + share * (to.mean - from.mean);
  // the examples' second moment about the present mean is what its variance follows
  const wanted = to.std ** 2 + (to.mean - from.mean) ** 2 * (1 - share) ** 2;
  return { mean, std: Math.sqrt(from.std ** 2 + share * (wanted - from.std ** 2)), weight: 1 };
}

// Densities of examples in equal bins over [low, high].
/** @param {ArrayLike<number>} examples @param {[number, number]} range @param {number} bins */
export function histogram(examples, [low, high], bins) {
  const heights = new Array(bins).fill(0);
  const width = (high - low) / bins;
  for (let i = 0; i < examples.length; i++) {
    const bin = Math.floor((examples[i] - low) / width);
    if (bin >= 0 && bin < bins) heights[bin] += 1 / (examples.length * width);
  }
  return heights;
}

// A curve that is known at equal steps over [low, high], at a place between: straight between two; its ends beyond.
/** @param {ArrayLike<number>} values @param {[number, number]} range @param {number} at */
export function between(values, [low, high], at) {
  const place = Math.max(0, Math.min(values.length - 1, ((at - low) / (high - low)) * (values.length - 1)));
  const left = Math.min(values.length - 2, Math.floor(place));
  return values[left] + (place - left) * (values[left + 1] - values[left]);
}
