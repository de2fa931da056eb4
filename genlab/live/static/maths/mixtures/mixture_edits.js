// What a mixture may be: its limits, and the edits that a hand or a fit makes of it.

/** @typedef {import("./mixtures.js").Component} Component */
/** @typedef {import("./mixtures.js").Mixture} Mixture */
/** @typedef {[low: number, high: number]} Range */
/** @type {{mean: Range, std: Range, weight: Range}} */
export const LIMITS = { mean: [-8, 8], std: [0.1, 10], weight: [0.01, 1] };
// A hand makes nothing wider than the picture can show; a fit that covers distant modes may.
export const WIDEST_BY_HAND = 3;
export const MOST = 3; // components of one mixture

/** @param {number} value @param {Range} range */
export const clamp = (value, [low, high]) => Math.min(high, Math.max(low, value));

// Weights of the least allowed size and more that sum to 1, in the ratios of the given ones.
/** @param {number[]} weights @param {number} total */
function shares(weights, total) {
  const least = LIMITS.weight[0];
  /** @type {Set<number>} */
  const small = new Set();
  for (;;) {
    const rest = total - least * small.size;
    const sum = weights.reduce((partial, weight, k) => partial + (small.has(k) ? 0 : weight), 0);
    const scaled = weights.map((weight, k) => (small.has(k) ? least : (weight / sum) * rest));
    const below = scaled.findIndex((weight, k) => !small.has(k) && weight < least);
    if (below < 0) return scaled;
    small.add(below);
  }
}

/** @param {Mixture} mixture @param {number[]} weights */
export function withWeights(mixture, weights) {
  const scaled = shares(weights, 1);
  return mixture.map((part, k) => ({ ...part, weight: scaled[k] }));
}

// One component's weight is set, the others keep their ratios.
/** @param {Mixture} mixture @param {number} index @param {number} weight */
export function withWeight(mixture, index, weight) {
  if (mixture.length === 1) return mixture;
  const least = LIMITS.weight[0];
  const its = clamp(weight, [least, 1 - least * (mixture.length - 1)]);
  const others = shares(mixture.filter((_, k) => k !== index).map((part) => part.weight), 1 - its);
  return mixture.map((part, k) => ({ ...part, weight: k === index ? its : others[k < index ? k : k - 1] }));
}

/** @param {Mixture} mixture @param {number} index @param {Partial<Component>} changes */
export function withPart(mixture, index, changes) {
  return mixture.map((part, k) => {
    if (k !== index) return part;
    const { mean, std } = { ...part, ...changes };
    const widest = Math.max(WIDEST_BY_HAND, part.std);
    return { ...part, mean: clamp(mean, LIMITS.mean), std: clamp(std, [LIMITS.std[0], widest]) };
  });
}

// One component more, beside the last one, where there is room for it.
/** @param {Mixture} mixture */
export function withOneMore(mixture) {
  const last = mixture[mixture.length - 1];
  const step = 2 + last.std;
  const mean = last.mean + step <= LIMITS.mean[1] ? last.mean + step : clamp(last.mean - step, LIMITS.mean);
  const weight = 1 / (mixture.length + 1);
  return withWeights([...mixture, { mean, std: Math.min(last.std, 1), weight }],
                     [...mixture.map((part) => part.weight * (1 - weight)), weight]);
}

/** @param {Mixture} mixture @param {number} index */
export function without(mixture, index) {
  const rest = mixture.filter((_, k) => k !== index);
  return withWeights(rest, rest.map((part) => part.weight));
}
