// Every term of log p(x) = ELBO + KL(q || p(z|x)) in closed form, in nats, without the page.
// z ~ N(0, 1), x|z ~ N(w z + b, s^2), q(z|x) = N(mu, sigma^2); all are numbers (Bishop 2006, 12.2; see
// genlab.likelihoods.linear_gaussian, the same in any size).

/** @typedef {{x: number, w: number, b?: number, s: number}} Model x, and how it comes from z */
/** @typedef {{mu: number, sigma: number}} Guess q(z|x) */

const LOG_TWO_PI = Math.log(2 * Math.PI);
// log p(x, z) - log q(z) is computed for z within this many standard deviations of q: beyond lies 1e-18 of it.
const FAR = 9;
const NODE = 0.1; // between nodes of z, in standard deviations
const STEP = 0.5; // between nodes of log t: the trapezoid rule's error is below 1e-8, for the integrand is analytic

/** @param {number} z @param {number} mean @param {number} std */
export function normalDensity(z, mean, std) {
  return Math.exp(-0.5 * ((z - mean) / std) ** 2) / (std * Math.sqrt(2 * Math.PI));
}

// p(z|x): the mean and standard deviation of the true posterior.
/** @param {Model} model */
export function posterior({ x, w, b = 0, s }) {
  const precision = 1 + (w / s) ** 2;
  return { mean: (w * (x - b)) / s ** 2 / precision, std: 1 / Math.sqrt(precision) };
}

// p(x, z) = p(z) p(x|z): the integrand of p(x), a function of z.
/** @param {Model} model @param {number} z */
export function joint({ x, w, b = 0, s }, z) {
  return normalDensity(z, 0, 1) * normalDensity(x, w * z + b, s);
}

// p(x) = integral of p(z) p(x|z) dz by the trapezoid rule, which does not use that the model is linear: so log p(x) is
// found in two ways. The integrand is the posterior's shape, and its nodes stand around it.
/** @param {Model} model */
export function marginal(model) {
  const { mean, std } = posterior(model);
  let sum = 0;
  for (let i = -FAR / NODE; i <= FAR / NODE; i++) sum += joint(model, mean + i * NODE * std);
  return sum * NODE * std;
}

// KL(N(mean, std^2) || N(otherMean, otherStd^2)), not negative: log1p and expm1 keep the digits near 0.
/** @param {number} mean @param {number} std @param {number} otherMean @param {number} otherStd */
export function klNormal(mean, std, otherMean, otherStd) {
  const ratio = Math.log(std / otherStd);
  return 0.5 * ((mean - otherMean) / otherStd) ** 2 + 0.5 * Math.expm1(2 * ratio) - ratio;
}

// {logPx, reconstruction, klPrior, elbo, klPosterior, posterior, slip}. log p(x) does not use the posterior, so that
// the identity is a check and no tautology. slip: E_q[log p(x|z) - log q(z|x)], from which the prior is missing.
/** @param {Model & Guess} settings */
export function terms({ x, w, b = 0, s, mu, sigma }) {
  const centred = x - b;
  const marginal = w ** 2 + s ** 2;
  const logPx = -0.5 * (LOG_TWO_PI + Math.log(marginal) + centred ** 2 / marginal);
  const squares = (centred - w * mu) ** 2 + (w * sigma) ** 2;
  const reconstruction = -0.5 * (LOG_TWO_PI + 2 * Math.log(s) + squares / s ** 2);
  const klPrior = klNormal(mu, sigma, 0, 1);
  const exact = posterior({ x, w, b, s });
  return {
    logPx,
    reconstruction,
    klPrior,
    elbo: reconstruction - klPrior,
    klPosterior: klNormal(mu, sigma, exact.mean, exact.std),
    posterior: exact,
    slip: reconstruction + 0.5 * (LOG_TWO_PI + 1) + Math.log(sigma),
  };
}

// The gradient of the ELBO: {mu: d/d mu, logSigma: d/d log sigma}.
/** @param {Model & Guess} settings */
export function gradient({ x, w, b = 0, s, mu, sigma }) {
  return {
    mu: (w * (x - b - w * mu)) / s ** 2 - mu,
    logSigma: 1 - sigma ** 2 * (1 + (w / s) ** 2),
  };
}

// One step of gradient ascent from {mu, sigma}: `rate` divided by the curvature at the top in each direction, and sigma
// changes by at most a tenth, for far from the top the gradient is enormous.
/** @param {Model & Guess} settings @param {number} rate */
export function climb(settings, rate) {
  const up = gradient(settings);
  const step = Math.max(-0.1, Math.min(0.1, (rate * up.logSigma) / 2));
  return {
    mu: settings.mu + (rate * up.mu) / (1 + (settings.w / settings.s) ** 2),
    sigma: settings.sigma * Math.exp(step),
  };
}

// log p(x) - IWAE_k: how far the importance weighted bound of k draws from q lies below log p(x); k = 1: the ELBO's.
//   IWAE_k = E[log 1/k sum_i p(x, z_i) / q(z_i)]  (Burda et al. 2016, eq. 8)
// With r = p(z|x) / q(z), phi(t) = E_q[exp(-t r)], and log a = integral of (exp(-t) - exp(-t a)) / t dt, t from 0:
//   log p(x) - IWAE_k = integral of phi(t/k)^k - exp(-t) d(log t)
// so a sum over k latents becomes one over z and one over log t: no sampling, no noise.
/** @param {Guess & {posterior: {mean: number, std: number}}} settings @param {number} k */
export function iwaeGap({ mu, sigma, posterior: exact }, k) {
  // log r = constant + slope e + curve e^2, z = mu + sigma e
  const off = (mu - exact.mean) / exact.std;
  const wide = sigma / exact.std;
  const constant = Math.log(wide) - 0.5 * off ** 2;
  const slope = -off * wide;
  const curve = 0.5 * (1 - wide ** 2);
  /** @type {number[]} */
  const logRatio = [];
  /** @type {number[]} */
  const share = [];
  for (let i = -FAR / NODE; i <= FAR / NODE; i++) {
    const e = i * NODE;
    logRatio.push(constant + slope * e + curve * e * e);
    share.push(NODE * normalDensity(e, 0, 1));
  }
  /** @param {number} logT */
  const phi = (logT) => {
    let total = 0;
    for (let i = 0; i < share.length; i++) total += share[i] * Math.exp(-Math.exp(logT + logRatio[i]));
    return total;
  };
  const logK = Math.log(k);
  /** @param {number} u */
  const integrand = (u) => phi(u - logK) ** k - Math.exp(-Math.exp(u));
  let sum = 0;
  for (let u = 0; ; u += STEP) { // exp(-t) is gone at u = 4; then phi^k falls, and faster the larger k is
    const value = integrand(u);
    sum += value;
    if (u > 5 && value < 1e-9) break;
  }
  for (let u = -STEP; u > -45; u -= STEP) sum += integrand(u); // falls like exp(u)
  return sum * STEP;
}
