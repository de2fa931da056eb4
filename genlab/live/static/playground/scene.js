// Draws one scene of the playground on a canvas of any size: the stage, its small panels and the graph's thumbnails.
import { contextOf, square } from "../core/canvas.js";
import { COLORS } from "../core/palette.js";
import {
  REACH, arrows, beliefOf, beliefPixels, beyond, cellCorners, cellDensities, densityOpacity,
} from "../maths/playground.js";
import { FLOOR, curveOf, densityOf } from "../maths/playground_line.js";

/** @typedef {import("./types.js").Frame} Frame */
/** @typedef {import("./types.js").Points} Points */
/** @typedef {import("./types.js").Theme} Theme */
/** @typedef {CanvasRenderingContext2D} Context */
/** @typedef {{x: (v: number) => number, y: (v: number) => number, side: number}} To pixels, from places of the stage */

const RIM = 0.8; // pixels of paper around a dot
export const BELIEFS = ["field", "best", "difference"];

/** @param {string} text */
function rgb(text) {
  if (text.startsWith("#")) return [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
  return (text.match(/[\d.]+/g) ?? [255, 255, 255]).slice(0, 3).map(Number);
}

const HUES = { data: rgb(COLORS.data), generated: rgb(COLORS.generated) };

// The page's colours, read once a theme.
/** @param {Element} element @returns {Theme} */
export function themeOf(element) {
  const style = getComputedStyle(element);
  const paper = style.getPropertyValue("--st-background-color").trim() || "#ffffff";
  return { paper: rgb(paper), ink: style.color };
}

const small = document.createElement("canvas");

// scene: {frame (arrays by name), examples [n, 2], layers (a Set), theme, dot (radius), noise ([n, 2] places, or none),
// faint (layers drawn faintly), density (of data on a line, from one end of the stage to the other; absent on a plane)}.
/** @param {HTMLCanvasElement} canvas @param {import("./types.js").Scene} scene */
export function drawScene(canvas, scene) {
  const { context, side } = square(canvas);
  const { frame = {}, examples, layers, theme, dot = 3, faint = new Set() } = scene;
  /** @param {number} v */
  const x = (v) => side / 2 + (v / REACH) * (side / 2);
  /** @param {number} v */
  const y = (v) => side / 2 - (v / REACH) * (side / 2);
  const to = { x, y, side };
  for (const layer of BELIEFS) if (layers.has(layer)) belief(context, frame, layer, theme, side);
  if (layers.has("prior")) ring(context, to);
  if (scene.density) hills(context, { frame, layers, density: scene.density }, to);
  if (layers.has("grid") && frame.grid) lattice(context, frame.grid, to);
  /** @param {string} name @param {Points | null | undefined} points @param {string} colour */
  const cloud = (name, points, colour, draw = dots) => {
    if (!layers.has(name) || !points) return;
    context.globalAlpha = faint.has(name) ? 0.25 : 0.9;
    draw(context, points, colour, to, dot, theme);
    context.globalAlpha = 1;
  };
  cloud("data", examples, COLORS.data, stillDots);
  if (layers.has("reconstructions") && frame.reconstructions) threads(context, examples, frame.reconstructions, to);
  cloud("reconstructions", frame.reconstructions, COLORS.reconstruction);
  cloud("latent", scene.latent, COLORS.latent);
  cloud("noise", scene.noise, COLORS.latent);
  if (layers.has("gradient") && frame.gradient && frame.samples) arrowheads(context, frame, to, theme);
  cloud("fakes", frame.samples, COLORS.generated);
}

/** @param {Context} context @param {Frame} frame @param {string} layer @param {Theme} theme @param {number} side */
function belief(context, frame, layer, theme, side) {
  if (layer !== "best" && !frame.field) return;
  if (layer !== "field" && !frame.best) return;
  const cells = Math.round(Math.sqrt((frame.field ?? frame.best).length));
  const pixels = beliefPixels(beliefOf(frame, layer), cells, { ...HUES, paper: theme.paper });
  if (small.width !== cells) Object.assign(small, { width: cells, height: cells });
  contextOf(small).putImageData(new ImageData(pixels, cells, cells), 0, 0);
  context.imageSmoothingEnabled = true;
  // The field's values stand at the ends of [-REACH, REACH], an image's at its pixels' middles: half a pixel over.
  const cell = side / (cells - 1);
  context.drawImage(small, -cell / 2, -cell / 2, side + cell, side + cell);
}

// On a line: p_data, exact, and what the samples say of p_g.
/** @param {Context} context @param {{frame?: Frame, layers: Set<string>, density: number[]}} scene @param {To} to */
function hills(context, { frame = {}, layers, density }, { x, y, side }) {
  const top = Math.max(...density);
  /** @param {Float32Array | number[]} values @param {string} colour */
  const hill = (values, colour) => {
    const curve = curveOf(values, top);
    context.beginPath();
    for (let i = 0; i < curve.length; i += 2) context.lineTo(x(curve[i]), y(curve[i + 1]));
    context.strokeStyle = colour;
    context.lineWidth = Math.max(1, side / 200);
    context.stroke();
    context.lineTo(side, y(FLOOR));
    context.lineTo(0, y(FLOOR));
    context.globalAlpha = 0.25;
    context.fillStyle = colour;
    context.fill();
    context.globalAlpha = 1;
  };
  if (layers.has("data")) hill(density, COLORS.data);
  if (layers.has("fakes") && frame.samples) hill(densityOf(frame.samples), COLORS.generated);
}

/** @param {Context} context @param {To} to */
function ring(context, { x, y }) {
  context.strokeStyle = COLORS.prior; // the prior's circles at one and two standard deviations
  for (const radius of [1, 2]) {
    context.beginPath();
    context.arc(x(0), y(0), x(radius * 0.4) - x(0), 0, 2 * Math.PI);
    context.stroke();
  }
}

/** @param {Context} context @param {Points} grid @param {To} to */
function lattice(context, grid, { x, y, side: width }) {
  const count = grid.length / 2;
  const side = Math.round(Math.sqrt(count));
  context.strokeStyle = COLORS.generated;
  context.lineWidth = Math.max(0.5, width / 600);
  if (side * side !== count) {
    context.lineWidth = Math.max(1.5, width / 150); // noise on a line: a curve
    context.beginPath();
    for (let i = 0; i < count; i++) context.lineTo(x(grid[2 * i]), y(grid[2 * i + 1]));
    context.stroke();
    return;
  }
  const densities = cellDensities(grid, side);
  /** @param {number[]} corners */
  const path = (corners) => {
    context.beginPath();
    for (const i of corners) context.lineTo(x(grid[2 * i]), y(grid[2 * i + 1]));
    context.closePath();
  };
  context.fillStyle = COLORS.generated;
  for (let row = 0; row < side - 1; row++)
    for (let column = 0; column < side - 1; column++) {
      context.globalAlpha = densityOpacity(densities[row * (side - 1) + column]);
      path(cellCorners(row, column, side));
      context.fill();
    }
  context.globalAlpha = 0.55;
  context.beginPath();
  for (let line = 0; line < side; line += 2)
    for (const step of [1, side]) {
      const first = step === 1 ? line * side : line;
      for (let i = 0; i < side; i++) {
        const k = first + i * step;
        if (i) context.lineTo(x(grid[2 * k]), y(grid[2 * k + 1]));
        else context.moveTo(x(grid[2 * k]), y(grid[2 * k + 1]));
      }
    }
  context.stroke();
  context.globalAlpha = 1;
}

// What lies outside of the picture is not dropped: a triangle at the edge points to it. Each dot is a path of its own: of
// hundreds in one path a software renderer takes more than twice as long.
/** @param {Context} context @param {Points} points @param {string} colour @param {To} to @param {number} radius @param {Theme} theme */
function dots(context, points, colour, to, radius, theme) {
  const away = beyond(points);
  /** @param {number} size */
  const each = (size) => {
    for (let i = 0; i < points.length / 2; i++) {
      const [px, py] = [to.x(points[2 * i]), to.y(points[2 * i + 1])];
      context.beginPath();
      if (away.has(i)) pointer(context, px, py, 1.6 * size, to.side);
      else context.arc(px, py, size, 0, 2 * Math.PI);
      context.fill();
    }
  };
  if (radius >= 2.5) {
    context.fillStyle = `rgb(${theme.paper.join(",")})`;
    each(radius + RIM); // of paper below all of them: they stand out from the field of their own colour
  }
  context.fillStyle = colour;
  each(radius);
}

/** @type {WeakMap<HTMLCanvasElement, {points: Points, key: string, picture: HTMLCanvasElement}>} */
const still = new WeakMap(); // canvas -> its data as a picture: they stay while all else moves

/** @param {Context} context @param {Points} points @param {string} colour @param {To} to @param {number} radius @param {Theme} theme */
function stillDots(context, points, colour, to, radius, theme) {
  const { canvas, globalAlpha } = context;
  const key = [canvas.width, canvas.height, radius, globalAlpha, ...theme.paper].join();
  let kept = still.get(canvas);
  if (kept?.points !== points || kept.key !== key) {
    const picture = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
    const own = contextOf(picture);
    own.setTransform(context.getTransform());
    own.globalAlpha = globalAlpha;
    dots(own, points, colour, to, radius, theme);
    kept = { points, key, picture };
    still.set(canvas, kept);
  }
  context.save();
  context.resetTransform();
  context.globalAlpha = 1;
  context.drawImage(kept.picture, 0, 0);
  context.restore();
}

// A triangle at the edge of a square, towards a place outside of it.
/** @param {Context} context @param {number} px @param {number} py @param {number} size @param {number} side */
function pointer(context, px, py, size, side) {
  /** @param {number} v */
  const inside = (v) => Math.min(side - size, Math.max(size, v));
  const [x, y] = [inside(px), inside(py)];
  const far = Math.hypot(px - x, py - y);
  const [ux, uy] = [(px - x) / far, (py - y) / far];
  context.moveTo(x + size * ux, y + size * uy);
  context.lineTo(x - size * uy, y + size * ux);
  context.lineTo(x + size * uy, y - size * ux);
  context.closePath();
}

/** @param {Context} context @param {Points} from @param {Points} to @param {To} place */
function threads(context, from, to, { x, y }) {
  context.beginPath();
  for (let i = 0; i < Math.min(from.length, to.length); i += 2) {
    context.moveTo(x(from[i]), y(from[i + 1]));
    context.lineTo(x(to[i]), y(to[i + 1]));
  }
  context.strokeStyle = COLORS.reconstruction;
  context.lineWidth = 1;
  context.stroke();
}

/** @param {Context} context @param {Frame} frame @param {To} to @param {Theme} theme */
function arrowheads(context, frame, { x, y }, theme) {
  context.beginPath();
  for (const [fromX, fromY, toX, toY] of arrows(frame.samples, frame.gradient)) {
    const [ax, ay, bx, by] = [x(fromX), y(fromY), x(toX), y(toY)];
    const length = Math.hypot(bx - ax, by - ay);
    if (length < 1) continue;
    const [ux, uy] = [(bx - ax) / length, (by - ay) / length];
    const head = Math.min(6, length / 2);
    context.moveTo(ax, ay);
    context.lineTo(bx, by);
    context.lineTo(bx - head * (ux - 0.6 * uy), by - head * (uy + 0.6 * ux));
    context.moveTo(bx, by);
    context.lineTo(bx - head * (ux + 0.6 * uy), by - head * (uy - 0.6 * ux));
  }
  context.strokeStyle = theme.ink;
  context.lineWidth = 1.3;
  context.stroke();
}
