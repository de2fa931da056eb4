// A velocity field that a net gives, and the ways along it from t = 0 to 1: what genlab/ode.py does, one example at a time.

// cos(pi k t), k = 1 ... TIMES: what a net is told of t.
export const TIMES = 8;
const NEAR = 0.05; // a net that gives the example is asked no later than this before the end

/**
 * @typedef {object} Way
 * @property {number} steps
 * @property {(x: Float32Array, t: number, out: Float32Array) => Float32Array} velocity
 * @property {(z: Float32Array) => Float32Array} end where z is carried, the same array at every call
 * @property {(z: Float32Array) => Float32Array[]} path every place on the way, that of z first: steps + 1
 */

/** @param {{method: string, steps: number, predicts: string}} settings @param {number} size
 * @param {(x: Float32Array) => Float32Array} net of [x, times], which it may overwrite @returns {Way} */
export function ode({ method, steps, predicts }, size, net) {
  const entry = new Float32Array(size + TIMES);
  const first = new Float32Array(size);
  const second = new Float32Array(size);
  const between = new Float32Array(size);
  const last = new Float32Array(size);
  const h = 1 / steps;

  /** @param {Float32Array} x @param {number} t @param {Float32Array} out */
  function velocity(x, t, out) {
    entry.set(x);
    for (let k = 1; k <= TIMES; k++) entry[size + k - 1] = Math.cos(Math.PI * k * t);
    const output = net(entry);
    if (predicts === "velocity") out.set(output);
    else for (let i = 0; i < size; i++) out[i] = (output[i] - x[i]) / Math.max(1 - t, NEAR);
    return out;
  }

  // x after step number `step`, in place.
  /** @param {Float32Array} x @param {number} step */
  function move(x, step) {
    const t = step * h;
    const v = velocity(x, t, first);
    if (method === "midpoint") {
      for (let i = 0; i < size; i++) between[i] = x[i] + (h / 2) * v[i];
      velocity(between, t + h / 2, v);
    } else if (method === "heun") {
      for (let i = 0; i < size; i++) between[i] = x[i] + h * v[i];
      velocity(between, t + h, second);
      for (let i = 0; i < size; i++) v[i] = (v[i] + second[i]) / 2;
    }
    for (let i = 0; i < size; i++) x[i] += h * v[i];
  }

  return {
    steps,
    velocity,
    end(z) {
      last.set(z);
      for (let step = 0; step < steps; step++) move(last, step);
      return last;
    },
    path(z) {
      const places = [Float32Array.from(z)];
      for (let step = 0; step < steps; step++) {
        const next = places[step].slice();
        move(next, step);
        places.push(next);
      }
      return places;
    },
  };
}
