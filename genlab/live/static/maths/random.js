// Chance, by a seed where the same draws are wanted again.

/** @typedef {() => number} Random uniform in [0, 1) */

// Numbers that depend on the seed alone (mulberry32, Tommy Ettinger 2017).
/** @param {number} seed @returns {Random} */
export function uniforms(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

// A draw of N(0, 1) (Box and Muller 1958).
/** @param {Random} random */
export function normal(random = Math.random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

// `count` draws from N(0, 1).
/** @param {number} count @param {Random} random */
export function normals(count, random = Math.random) {
  return Float32Array.from({ length: count }, () => normal(random));
}

// One draw: of U(-1, 1), of the Laplace distribution of variance 1, or of N(0, 1).
/** @param {string | null} kind @param {Random} random */
export function draw(kind, random = Math.random) {
  if (kind === "uniform") return 2 * random() - 1;
  return kind === "laplace" ? laplaceQuantile(1 - random()) : normal(random);
}

// Where a Laplace distribution of mean 0 and variance 1 has this share of its probability below, of a share above 0.
/** @param {number} share */
export function laplaceQuantile(share) {
  return (share < 0.5 ? Math.log(2 * share) : -Math.log(Math.max(2 * (1 - share), Number.MIN_VALUE))) / Math.SQRT2;
}

// `count` draws of a kind, as `draw` has them.
/** @param {number} count @param {string | null} [kind] @param {Random} random */
export function draws(count, kind = "normal", random = Math.random) {
  return Float32Array.from({ length: count }, () => draw(kind, random));
}

// The same by the seed alone.
/** @param {number} seed @param {number} count @param {string | null} [kind] */
export function noise(seed, count, kind = "normal") {
  return draws(count, kind, uniforms(seed));
}
