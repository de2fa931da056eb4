// Digits on canvases: 28 x 28 grey numbers in [0, 1] a place.

import { contextOf, greyPainter } from "../core/canvas.js";
import { element } from "../core/dom.js";
import { name, tell } from "./told/told.js";
import { fill } from "../core/words.js";

export const SIDE = 28;
/** @type {ReturnType<typeof greyPainter> | null} */
let paint = null;

/** @type {WeakMap<HTMLCanvasElement, string>} */
const named = new WeakMap();

// label: its name, in which {ink} stands for how much of it is ink, in percent.
/** @param {Element} parent @param {string} label @param {string} [testid] */
export function digit(parent, label, testid, columns = 1, rows = 1) {
  /** @type {Record<string, string>} */
  const said = label ? { role: "img" } : { "aria-hidden": "true" }; // what holds it has the words
  const canvas = element(parent, "canvas", "gl-walk-digit", "", said);
  Object.assign(canvas, { width: columns * SIDE, height: rows * SIDE });
  if (testid) canvas.dataset.testid = testid;
  if (label) rename(canvas, label);
  return canvas;
}

// picture: 784 numbers in [0, 1], drawn at a column and row of digits
/** @param {HTMLCanvasElement} canvas @param {ArrayLike<number>} picture */
export function put(canvas, picture, column = 0, row = 0) {
  paint ??= greyPainter(SIDE, SIDE);
  paint(contextOf(canvas), picture, column * SIDE, row * SIDE);
  tellInk(canvas);
}

/** @param {HTMLCanvasElement} canvas @param {string} label */
export function rename(canvas, label) {
  named.set(canvas, label);
  if (label.includes("{ink}")) name(canvas, fill(label, { ink: inkIn(canvas) }));
  else name(canvas, label);
}

/** @param {HTMLCanvasElement} canvas */
function tellInk(canvas) {
  const label = named.get(canvas);
  if (label?.includes("{ink}")) tell(canvas, () => fill(label, { ink: inkIn(canvas) }));
}

/** @param {HTMLCanvasElement} canvas */
function inkIn(canvas) {
  const { data } = contextOf(canvas).getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) sum += data[i]; // grey: each channel is the same
  return ((100 * sum) / 255 / (data.length / 4)).toFixed(1);
}

/** @param {HTMLCanvasElement} canvas */
export function clear(canvas) {
  contextOf(canvas).clearRect(0, 0, canvas.width, canvas.height);
  tellInk(canvas);
}
