// Walks through latent space: straight and spherical lines, sums of codes, and what is measured along them. No DOM.

const PARALLEL = 1e-4; // sin of the angle below which two directions span no plane to turn in
const NORMAL_95 = 1.959964; // 95 % of a normal lies within so many deviations

// (1 - t) a + t b; a, b: arrays of one length; a new Float32Array.
/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b @param {number} t */
export function lerp(a, b, t) {
  return Float32Array.from(a, (value, i) => (1 - t) * value + t * b[i]);
}

// sin((1 - t) w) / sin(w) a + sin(t w) / sin(w) b, w the angle between a and b (Shoemake 1985). Two vectors of one
// length keep it all the way. Where a and b are parallel, opposite or zero there is no such arc: the straight line.
/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b @param {number} t */
export function slerp(a, b, t) {
  const lengths = norm(a) * norm(b);
  const cosine = lengths > 0 ? Math.min(1, Math.max(-1, dot(a, b) / lengths)) : 1;
  const angle = Math.acos(cosine);
  const sine = Math.sin(angle);
  if (sine < PARALLEL) return lerp(a, b, t);
  const first = Math.sin((1 - t) * angle) / sine;
  const second = Math.sin(t * angle) / sine;
  return Float32Array.from(a, (value, i) => first * value + second * b[i]);
}

export const PATHS = { straight: lerp, spherical: slerp };

// code + strength (plus - minus).
/** @param {ArrayLike<number>} code @param {ArrayLike<number>} plus @param {ArrayLike<number>} minus @param {number} strength */
export function arithmetic(code, plus, minus, strength) {
  return Float32Array.from(code, (value, i) => value + strength * (plus[i] - minus[i]));
}

// code with one latent set to a value.
/** @param {ArrayLike<number>} code @param {number} latent @param {number} value */
export function withLatent(code, latent, value) {
  const z = Float32Array.from(code);
  z[latent] = value;
  return z;
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** @param {ArrayLike<number>} z */
export function norm(z) {
  return Math.sqrt(dot(z, z));
}

// count numbers from low to high, both included.
/** @param {number} count */
export function evenly(count, low = 0, high = 1) {
  return Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}

// Where |z| lies for z of a prior over `latents` latents: {typical: sqrt(E|z|^2), low, high: 95 % lie between}.
// normal: chi, by Wilson and Hilferty's cube root; uniform on [-1, 1]: |z|^2 has mean latents / 3 and variance
// 4 latents / 45; Laplace of variance 1: latents and 5 latents, of which the ends are taken as of a normal.
/** @param {number} latents @param {string | null} [noise] */
export function shell(latents, noise = "normal") {
  if (noise === "uniform" || noise === "laplace") {
    const [mean, variance, most] = noise === "uniform" ? [1 / 3, 4 / 45, latents] : [1, 5, Infinity];
    const spread = NORMAL_95 * Math.sqrt(variance * latents);
    return {
      typical: Math.sqrt(mean * latents),
      low: Math.sqrt(Math.max(0, mean * latents - spread)),
      high: Math.sqrt(Math.min(most, mean * latents + spread)),
    };
  }
  /** @param {number} deviations */
  const end = (deviations) => {
    const root = 1 - 2 / (9 * latents) + deviations * Math.sqrt(2 / (9 * latents));
    return Math.sqrt(latents * Math.max(0, root) ** 3);
  };
  return { typical: Math.sqrt(latents), low: end(-NORMAL_95), high: end(NORMAL_95) };
}

// Mean squared difference of two pictures, a pixel.
/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export function squaredDistance(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum / a.length;
}

// Mean over neighbours of their mean squared difference, a pixel.
/** @param {ArrayLike<number>[]} pictures */
export function meanSquaredStep(pictures) {
  let sum = 0;
  for (let i = 1; i < pictures.length; i++) sum += squaredDistance(pictures[i - 1], pictures[i]);
  return sum / (pictures.length - 1);
}

// A table of codes as CSV: `names` of the first columns, then z1..zN; rows: [first columns, z]. Each float32 is written
// with the digits that give it back exactly.
/** @param {string[]} names @param {[(string | number)[], ArrayLike<number>][]} rows */
export function codesCsv(names, rows) {
  const latents = rows.length ? rows[0][1].length : 0;
  const head = [...names, ...Array.from({ length: latents }, (_, i) => `z${i + 1}`)];
  const lines = rows.map(([first, z]) => [...first, ...Array.from(z, Number)].join(","));
  return `${[head.join(","), ...lines].join("\n")}\n`;
}
