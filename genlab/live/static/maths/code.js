// What the encoder said of a drawing, as numbers: means, deviations, draws from q(z|x), and errors of what is rebuilt.

const REACHES = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 60, 80, 100, 150, 200, 300, 500, 1000];
const LEAST = 1e-12; // a probability that float32 has rounded to 0 still has a logarithm

// outputs: "mean" or "mean, log_variance", as the net file says; numbers: what the encoder gave.
// Returns {mean, deviation}: Float32Arrays; deviation is null where the encoder gives none.
/** @param {Float32Array} numbers @param {string} outputs */
export function readCode(numbers, outputs) {
  if (outputs !== "mean, log_variance") return { mean: Float32Array.from(numbers), deviation: null };
  const latents = numbers.length / 2;
  return {
    mean: Float32Array.from(numbers.subarray(0, latents)),
    deviation: Float32Array.from(numbers.subarray(latents), (logVariance) => Math.exp(logVariance / 2)),
  };
}

// z = mean + deviation * eps, written into z.
/** @param {{mean: Float32Array, deviation: Float32Array}} code @param {ArrayLike<number>} eps @param {Float32Array} z */
export function sample({ mean, deviation }, eps, z) {
  for (let i = 0; i < mean.length; i++) z[i] = mean[i] + deviation[i] * eps[i];
  return z;
}

// mean (x - y)^2 over the pixels
/** @param {ArrayLike<number>} x @param {ArrayLike<number>} y */
export function meanSquaredError(x, y) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] - y[i]) ** 2;
  return sum / x.length;
}

// -log p(x|z), nats, summed over pixels. Bernoulli: -sum(x log p + (1 - x) log(1 - p)), grey x as means.
/** @param {ArrayLike<number>} x @param {ArrayLike<number>} p */
export function bernoulliNats(x, p) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    sum -= x[i] * Math.log(Math.max(LEAST, p[i])) + (1 - x[i]) * Math.log(Math.max(LEAST, 1 - p[i]));
  }
  return sum;
}

// Gaussian with one deviation: sum((x - m)^2) / (2 s^2) + n log(s sqrt(2 pi)).
/** @param {ArrayLike<number>} x @param {ArrayLike<number>} mean @param {number} deviation */
export function gaussianNats(x, mean, deviation) {
  const constant = Math.log(deviation * Math.sqrt(2 * Math.PI));
  return x.length * (meanSquaredError(x, mean) / (2 * deviation ** 2) + constant);
}

// The first round number that is at least as large as all of these: an axis goes from -reach to reach.
/** @param {Iterable<number>} values */
export function roundReach(values) {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return REACHES.find((reach) => reach >= most) ?? most;
}
