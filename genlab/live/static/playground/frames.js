// What a frame holds, as the stage draws it.
import { latticeNoise, noisePlaces } from "../maths/playground.js";
import { lifted } from "../maths/playground_line.js";

const ARRAYS = ["samples", "grid", "field", "best", "gradient", "shares", "reconstructions", "latent"];

// A frame's tensors as plain arrays by name, points on a line put into the plane; null where there is no frame.
/** @param {Map<string, import("../core/safetensors.js").Tensor> | null} tensors @param {{dimensions: number, noise: string}} data */
export function arraysOf(tensors, { dimensions, noise }) {
  if (!tensors) return null;
  /** @type {import("./types.js").Frame} */
  const arrays = Object.fromEntries(ARRAYS.flatMap((name) => {
    const tensor = tensors.get(name);
    return tensor ? [[name, tensor.data]] : [];
  }));
  return dimensions === 1 ? lifted(arrays, noise) : arrays;
}

// Samples and lattice on their straight way from the noise, `share` of it gone; noise: the samples' z, or null.
/** @param {import("./types.js").Frame} frame @param {number} share @param {ArrayLike<number> | null} noise @param {{latents: number, noise: string}} data */
export function flying(frame, share, noise, data) {
  const between = { ...frame };
  /** @param {string} name @param {ArrayLike<number>} from */
  const fly = (name, from) => {
    if (!frame[name] || from?.length !== frame[name].length) return;
    between[name] = frame[name].map((end, i) => from[i] + (end - from[i]) * share);
  };
  if (noise) fly("samples", noisePlaces(noise, data.latents, data.noise));
  if (frame.grid) fly("grid", noisePlaces(latticeNoise(frame.grid.length / 2, data.noise), data.latents, data.noise));
  return between;
}

// Where the codes of a frame stand, if it has any.
/** @param {import("./types.js").Frame} frame */
export function codePlaces(frame) {
  return frame.latent ? noisePlaces(frame.latent, 2, "normal") : null;
}
