// Fits q to p by descending KL(p || q) or KL(q || p) in q's means, log widths and weight logits, without the page.
import { LIMITS, clamp, withWeights } from "./mixture_edits.js";
import { compile, divergences, quadrature } from "./mixtures.js";

/** @typedef {import("./mixtures.js").Mixture} Mixture */
/** @typedef {import("./mixtures.js").Compiled} Compiled */
/** @typedef {"kl_pq" | "kl_qp"} Way */
/** @typedef {{mean: number, logStd: number, logit: number}} Slope */

const FIRST_RATE = 0.1; // a fraction of a Newton step on one normal: the way of a slope, not a leap to its end
const LARGEST_RATE = 0.4;
const REACH = { mean: 0.25, logStd: 0.2, logit: 0.3 }; // the most that one step may move; means in their own widths
const SETTLED = 1e-9; // nats that a step still promises

// The gradient in each parameter of q, by the score function: for KL(p || q) minus the mean under p of d log q, for
// KL(q || p) the mean under q of (log q / p) d log q. The mean of d log q under q is 0, so a constant may be taken off.
/** @param {Compiled} p @param {Compiled} q @param {Way} key @param {number} value */
function gradient(p, q, key, value) {
  const { count, x, weight, logP, logQ } = quadrature(p, q);
  const slopes = q.mean.map(() => ({ mean: 0, logStd: 0, logit: 0 }));
  for (let i = 0; i < count; i++) {
    const factor = key === "kl_pq"
      ? -weight[i] * Math.exp(logP[i])
      : weight[i] * Math.exp(logQ[i]) * (logQ[i] - logP[i] - value);
    if (factor === 0) continue;
    for (let k = 0; k < q.size; k++) {
      const z = (x[i] - q.mean[k]) * q.inverse[k];
      const share = Math.exp(q.offset[k] - 0.5 * z * z - logQ[i]); // of component k in q(x)
      slopes[k].mean += factor * share * z * q.inverse[k];
      slopes[k].logStd += factor * share * (z * z - 1);
      slopes[k].logit += factor * (share - q.weight[k]);
    }
  }
  return slopes;
}

// Where a step of this rate leads, and what it promises: each slope is scaled by the Fisher information that the
// component alone would have, so that narrow and wide, light and heavy components move alike.
/** @param {Mixture} mixture @param {Slope[]} slopes @param {number} rate */
function stepFrom(mixture, slopes, rate) {
  let promise = 0;
  /** @param {number} slope @param {number} scale @param {number} reach @param {(change: number) => boolean} room */
  const move = (slope, scale, reach, room) => {
    const change = clamp(-rate * slope * scale, [-reach, reach]);
    if (!room(change)) return 0;
    promise += slope * slope * scale;
    return change;
  };
  const moved = mixture.map((part, k) => {
    const { mean, std, weight } = part;
    const dMean = move(slopes[k].mean, (std * std) / weight, REACH.mean * std, (change) =>
      change > 0 ? mean < LIMITS.mean[1] : mean > LIMITS.mean[0]);
    const dStd = move(slopes[k].logStd, 1 / (2 * weight), REACH.logStd, (change) =>
      change > 0 ? std < LIMITS.std[1] : std > LIMITS.std[0]);
    const dLogit = mixture.length > 1 ? move(slopes[k].logit, 1 / weight, REACH.logit, () => true) : 0;
    return { mean: clamp(mean + dMean, LIMITS.mean), std: clamp(std * Math.exp(dStd), LIMITS.std),
             weight: weight * Math.exp(dLogit) };
  });
  return { mixture: withWeights(moved, moved.map((part) => part.weight)), promise };
}

// step() descends once: {q, value, settled, steps}. key: "kl_pq" or "kl_qp". A step that would not descend is halved.
/** @param {Mixture} p @param {Mixture} start @param {Way} key */
export function createFit(p, start, key) {
  const fixed = compile(p);
  let q = start;
  let value = divergences(fixed, compile(q))[key];
  let rate = FIRST_RATE;
  let steps = 0;

  // Exactly between two equal modes the slope is 0, though it may be no minimum: a hair to one side decides.
  if (value > 1e-6 && stepFrom(q, gradient(fixed, compile(q), key, value), 1).promise < SETTLED) {
    q = q.map((part) => ({ ...part, mean: clamp(part.mean + 1e-3 * part.std, LIMITS.mean) }));
    value = divergences(fixed, compile(q))[key];
  }

  function step() {
    const slopes = gradient(fixed, compile(q), key, value);
    for (let halving = 0; halving < 40; halving++) {
      const { mixture, promise } = stepFrom(q, slopes, rate);
      const reached = divergences(fixed, compile(mixture))[key];
      if (promise * rate < SETTLED) break;
      if (reached < value) {
        [q, value] = [mixture, reached];
        rate = Math.min(LARGEST_RATE, rate * 1.2);
        steps += 1;
        return { q, value, settled: false, steps };
      }
      rate *= 0.5;
    }
    return { q, value, settled: true, steps };
  }
  return { step };
}

// How much of a move is seen from one q to the next: its root, so that the last, small steps have their time too.
/** @param {Mixture} from @param {Mixture} to */
export function way(from, to) {
  const moves = from.map((part, k) => Math.abs(part.mean - to[k].mean) / 2 + Math.abs(Math.log(part.std / to[k].std))
    + Math.abs(part.weight - to[k].weight));
  return Math.sqrt(Math.max(1e-12, ...moves));
}

// q a share of the way from one step to the next: weights still sum to 1.
/** @param {Mixture} from @param {Mixture} to @param {number} share */
export function between(from, to, share) {
  /** @param {number} a @param {number} b */
  const mix = (a, b) => a + share * (b - a);
  return from.map((part, k) => ({ mean: mix(part.mean, to[k].mean), weight: mix(part.weight, to[k].weight),
                                  std: Math.exp(mix(Math.log(part.std), Math.log(to[k].std))) }));
}
