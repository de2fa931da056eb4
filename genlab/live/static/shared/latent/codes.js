// The codes of held-out examples as they lie on the plane, over its map.

import { contextOf } from "../../core/canvas.js";
import { COLORS, classColour } from "../../core/palette.js";
import { placeOf } from "../../maths/latent/plane.js";
import { numbersOf } from "../../maths/tensors.js";

/** @typedef {import("../../maths/latent/plane.js").Direction} Direction */

const RADIUS = 4;

// canvas lies over the plane; codes without labels (of points) are blue, as all data.
/** @param {HTMLCanvasElement} canvas @param {HTMLCanvasElement} plane @param {import("../../maths/tensors.js").Tensors} atlas
 * @param {Direction[]} directions */
export function drawCodes(canvas, plane, atlas, directions) {
  if (canvas.height !== plane.height) canvas.height = plane.height;
  const { width, height } = canvas;
  const context = contextOf(canvas);
  const means = numbersOf(atlas, "means");
  const labels = atlas.get("labels")?.data;
  const [across, up] = directions;
  const latents = across.vector.length;
  /** @param {Float32Array} z @param {Direction} direction */
  const share = (z, { low, high, ...direction }) => (placeOf(z, direction) - low) / (high - low);
  context.clearRect(0, 0, width, height);
  context.strokeStyle = "#0008"; // so that dots can be told from a dark map and a light one
  for (let i = 0; i < means.length / latents; i++) {
    const z = means.subarray(i * latents, (i + 1) * latents);
    context.fillStyle = labels ? classColour(Number(labels[i])) : COLORS.data;
    context.beginPath();
    context.arc(share(z, across) * width, up ? (1 - share(z, up)) * height : height / 2, RADIUS, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}
