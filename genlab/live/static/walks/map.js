// The pictures of a plane of codes: dots coloured by class over the prior's circles, the decoded map with its holes.

import { contextOf } from "../core/canvas.js";
import { COLORS, NAMED, classColour } from "../core/palette.js";
import { letters } from "../core/theme.js";
import { line } from "./pieces.js";

/** @typedef {import("./holes.js").Stage} Stage */

export const SIZE = 560; // canvas pixels of a plane
export const DECODED = 11; // decoded pictures a side
export const CELLS = 70; // of the hole map, a side
const [THINNEST, THICKEST] = [0.45, 0.8]; // of the fog

// The normal's one and two deviations; where a share of the plane is.
/** @param {CanvasRenderingContext2D} context @param {Pick<Stage, "normal" | "reach">} stage @param {string} ink */
function ellipses(context, { normal, reach }, ink) {
  const scale = SIZE / (2 * reach);
  context.strokeStyle = ink;
  for (const deviations of [1, 2]) {
    context.lineWidth = 2;
    context.setLineDash(deviations === 2 ? [8, 6] : []);
    context.beginPath();
    const [wide, narrow] = normal.deviations.map((value) => Math.max(1, deviations * value * scale));
    context.ellipse(SIZE / 2, SIZE / 2, wide, narrow, -normal.angle, 0, 2 * Math.PI);
    context.stroke();
  }
  context.setLineDash([]);
}

// labels: null where the data have no classes, else of so many.
/** @param {HTMLCanvasElement} canvas @param {Stage} stage @param {ArrayLike<number> | null} labels
 * @param {number} classes */
export function drawCodesOn(canvas, stage, labels, classes) {
  const context = contextOf(canvas);
  context.clearRect(0, 0, SIZE, SIZE);
  const { points, normal, reach } = stage;
  /** @param {number} u */
  const x = (u) => ((u - normal.middle[0]) / reach + 1) * (SIZE / 2);
  /** @param {number} v */
  const y = (v) => (1 - (v - normal.middle[1]) / reach) * (SIZE / 2);
  for (let i = 0; i < points.length / 2; i++) {
    context.fillStyle = labels ? classColour(labels[i]) : COLORS.data;
    context.beginPath();
    context.arc(x(points[2 * i]), y(points[2 * i + 1]), 3, 0, 2 * Math.PI);
    context.fill();
  }
  ellipses(context, stage, COLORS.prior);
  context.font = `bold ${letters(22)}px system-ui, sans-serif`;
  for (let label = 0; labels && classes <= NAMED && label < classes; label++) {
    context.fillStyle = classColour(label);
    context.fillText(String(label), 10 + label * letters(24), SIZE - 12);
  }
}

// The decoded pictures; over the holes a fog in the prior's grey, the thicker the farther the nearest code is.
/** @param {HTMLCanvasElement} canvas @param {HTMLCanvasElement} decoded @param {Stage} stage */
export function drawMap(canvas, decoded, stage) {
  const context = contextOf(canvas);
  context.drawImage(decoded, 0, 0, SIZE, SIZE);
  const { far, inPlane } = stage;
  const cell = SIZE / CELLS;
  /** @param {number} column @param {number} row */
  const hole = (column, row) => far[row * CELLS + column] > inPlane.threshold;
  context.fillStyle = COLORS.prior;
  context.strokeStyle = "#fff";
  context.lineWidth = 2;
  for (let i = 0; i < far.length; i++) {
    const [column, row] = [i % CELLS, Math.floor(i / CELLS)];
    const [x, y] = [column * cell, row * cell];
    if (hole(column, row)) {
      context.globalAlpha = Math.min(THICKEST, THINNEST + (far[i] / inPlane.threshold - 1) / 6);
      context.fillRect(x, y, cell, cell);
    }
    context.globalAlpha = 0.8;
    if (column && hole(column, row) !== hole(column - 1, row)) line(context, [[x, y], [x, y + cell]]);
    if (row && hole(column, row) !== hole(column, row - 1)) line(context, [[x, y], [x + cell, y]]);
  }
  context.globalAlpha = 1;
  ellipses(context, stage, "#fff");
}

/** @param {HTMLCanvasElement} canvas @param {HTMLCanvasElement} map @param {number} x @param {number} y */
export function drawSpot(canvas, map, x, y) {
  const context = contextOf(canvas);
  context.drawImage(map, 0, 0);
  context.lineWidth = 4;
  for (const { colour, radius } of [{ colour: "#fff", radius: 13 }, { colour: COLORS.latent, radius: 9 }]) {
    context.strokeStyle = colour;
    context.beginPath();
    context.arc(x * SIZE, y * SIZE, radius, 0, 2 * Math.PI);
    context.stroke();
  }
}

// rows: [{title, canvases}]: one picture to take away.
/** @param {{title: string, canvases: HTMLCanvasElement[]}[]} rows */
export function mapSheet(rows) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: 2 * SIZE + 30, height: rows.length * (SIZE + 40) + 10 });
  const context = contextOf(canvas);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.font = "16px system-ui, sans-serif";
  rows.forEach(({ title, canvases }, row) => {
    context.fillStyle = "#222";
    context.fillText(title, 10, row * (SIZE + 40) + 26, canvas.width - 20);
    canvases.forEach((part, i) => context.drawImage(part, 10 + i * (SIZE + 10), row * (SIZE + 40) + 40));
  });
  return canvas;
}
