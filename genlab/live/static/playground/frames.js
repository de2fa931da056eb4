// What a frame holds, as the stage draws it.
import { latticeNoise, noisePlaces } from "../maths/playground.js";
import { lifted } from "../maths/playground_line.js";

const ARRAYS = ["samples", "grid", "field", "best", "gradient", "shares", "reconstructions", "latent"];

// A frame's tensors as plain arrays by name, points on a line put into the plane; null where there is no frame.
export function arraysOf(tensors, { dimensions, noise }) {
  if (!tensors) return null;
  const names = ARRAYS.filter((name) => tensors.has(name));
  const arrays = Object.fromEntries(names.map((name) => [name, tensors.get(name).data]));
  return dimensions === 1 ? lifted(arrays, noise) : arrays;
}

// Samples and lattice on their straight way from the noise, `share` of it gone; noise: the samples' z, or null.
export function flying(frame, share, noise, data) {
  const between = { ...frame };
  const fly = (name, from) => {
    if (!frame[name] || from?.length !== frame[name].length) return;
    between[name] = frame[name].map((end, i) => from[i] + (end - from[i]) * share);
  };
  if (noise) fly("samples", noisePlaces(noise, data.latents, data.noise));
  if (frame.grid) fly("grid", noisePlaces(latticeNoise(frame.grid.length / 2, data.noise), data.latents, data.noise));
  return between;
}
