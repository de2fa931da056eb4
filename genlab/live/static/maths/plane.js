// A plane through latent space: its two directions, what lies on it, how a normal looks on it. No DOM.

import { project, quantile } from "./holes.js";
import { dot } from "./paths.js";
import { numbersOf } from "./tensors.js";

/** @typedef {import("./tensors.js").Tensors} Tensors */
/** @typedef {ReturnType<typeof planeOf>} Plane */
/** @typedef {{middle: number[], deviations: number[], angle: number}} Normal its ellipse on a plane */

// atlas: tensors "center", "axes", "order". kind: "axes" (the codes' first two principal axes, from their centre) or
// "latents" (the two most important latents, from 0). Returns {across, up, origin, base, names}: the point (u, v)
// decodes base + u across + v up, what is not on the plane being at the codes' centre.
/** @param {Tensors} atlas @param {string} kind */
export function planeOf(atlas, kind) {
  const center = numbersOf(atlas, "center");
  const dims = center.length;
  let across, up, origin, names;
  if (kind === "axes") {
    const axes = numbersOf(atlas, "axes");
    [across, up] = [axes.subarray(0, dims), axes.subarray(dims, 2 * dims)];
    [origin, names] = [center, null];
  } else {
    const [first, second] = Array.from(numbersOf(atlas, "order"), Number);
    [across, up] = [first, second].map((k) => Float32Array.from({ length: dims }, (_, i) => Number(i === k)));
    [origin, names] = [new Float32Array(dims), [`z${first + 1}`, `z${second + 1}`]];
  }
  const off = center.map((value, i) => value - origin[i]);
  const [u, v] = [dot(off, across), dot(off, up)];
  const base = center.map((value, i) => value - u * across[i] - v * up[i]);
  return { across, up, origin, base, names };
}

// The z of a point of the plane.
/** @param {Pick<Plane, "base" | "across" | "up">} plane @param {number} u @param {number} v */
export function onPlane({ base, across, up }, u, v) {
  return base.map((value, i) => value + u * across[i] + v * up[i]);
}

// N(0, I) or, without a prior, the normal with the same mean and covariance as the points, as it lies on the plane:
// {middle: [u, v], deviations: [large, small], angle} of its ellipse.
/** @param {Plane} plane @param {ArrayLike<number>} points @param {unknown} prior @returns {Normal} */
export function normalOnPlane(plane, points, prior) {
  if (prior) {
    const zero = project(new Float32Array(plane.base.length), plane.base.length, plane.origin, plane.across, plane.up);
    return { middle: Array.from(zero), deviations: [1, 1], angle: 0 };
  }
  const count = points.length / 2;
  const middle = [0, 0];
  for (let i = 0; i < points.length; i++) middle[i % 2] += points[i] / count;
  let [uu, uv, vv] = [0, 0, 0];
  for (let i = 0; i < points.length; i += 2) {
    const [u, v] = [points[i] - middle[0], points[i + 1] - middle[1]];
    uu += (u * u) / count;
    uv += (u * v) / count;
    vv += (v * v) / count;
  }
  const half = Math.hypot((uu - vv) / 2, uv);
  const mean = (uu + vv) / 2;
  return {
    middle,
    deviations: [Math.sqrt(mean + half), Math.sqrt(Math.max(0, mean - half))],
    angle: Math.atan2(2 * uv, uu - vv) / 2,
  };
}

// Half the side of the square around the normal's middle that holds three deviations and 99 % of the points.
/** @param {Normal} normal @param {ArrayLike<number>} points */
export function reachOf({ middle, deviations }, points) {
  const far = Array.from({ length: points.length / 2 }, (_, i) =>
    Math.max(Math.abs(points[2 * i] - middle[0]), Math.abs(points[2 * i + 1] - middle[1])));
  return Math.max(3 * deviations[0], quantile(far, 0.99));
}
