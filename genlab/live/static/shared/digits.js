// Digits on canvases: 28 x 28 grey numbers in [0, 1] a place.

import { contextOf, greyPainter } from "../core/canvas.js";
import { element } from "../core/dom.js";

export const SIDE = 28;
/** @type {ReturnType<typeof greyPainter> | null} */
let paint = null;

/** @param {Element} parent @param {string} label @param {string} [testid] */
export function digit(parent, label, testid, columns = 1, rows = 1) {
  /** @type {Record<string, string>} */
  const said = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" }; // what holds it has the words
  const canvas = element(parent, "canvas", "gl-walk-digit", "", said);
  Object.assign(canvas, { width: columns * SIDE, height: rows * SIDE });
  if (testid) canvas.dataset.testid = testid;
  return canvas;
}

// picture: 784 numbers in [0, 1], drawn at a column and row of digits
/** @param {HTMLCanvasElement} canvas @param {ArrayLike<number>} picture */
export function put(canvas, picture, column = 0, row = 0) {
  paint ??= greyPainter(SIDE, SIDE);
  paint(contextOf(canvas), picture, column * SIDE, row * SIDE);
}

/** @param {HTMLCanvasElement} canvas */
export function clear(canvas) {
  contextOf(canvas).clearRect(0, 0, canvas.width, canvas.height);
}
