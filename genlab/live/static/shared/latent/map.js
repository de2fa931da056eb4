// What the hand on latent space draws: the picture of z, and in idle time the map of the plane, cell by cell.

import { contextOf, greyPainter } from "../../core/canvas.js";
import { figure } from "../../core/format.js";
import { COLORS } from "../../core/palette.js";
import { inkOf, tell } from "../told/told.js";
import { fill } from "../../core/words.js";
import { moveTo } from "../../maths/latent/plane.js";
import { PLANE_PIXELS } from "./page.js";

/** @typedef {import("../../maths/latent/plane.js").Direction} Direction */
/** @typedef {import("./page.js").Page} Page */
/** @typedef {{inputs: number, outputs: number, outputShape: number[], label?: number, run: (z: Float32Array) => Float32Array | null}} LatentNet */
/** @typedef {{points?: boolean, extent: number, directions: Direction[], z: Float32Array, labels: Record<string, string>}} Settings */
/**
 * @typedef {object} Drawer
 * @property {{columns: number, rows: number}} cells
 * @property {number} pause ms between maps while a net trains
 * @property {(net: LatentNet) => void} use
 * @property {(index: number) => void} cell
 * @property {() => void} mapDone
 * @property {(z: Float32Array) => void} picture
 * @property {() => void} map
 */

const PICTURE_PIXELS = 560; // of the drawing of points; images keep their own size and are scaled by the page
const WEIGHTS_PAUSE = 2000; // ms between maps of images while a net trains
export const MOVE_PAUSE = 150; // ms at rest before the map follows a move off its plane; between maps of points
const IDLE_SLICE = 8; // ms of map at a time, so that a move never waits longer

// Draws `total` cells in turn while the browser has nothing better to do. A new start goes on from the present cell, so
// that a slow net which is given new weights all the time still gets round to its last cells.
/** @param {(index: number) => void} drawCell @param {(done: boolean) => void} onSlice */
export function createMapJob(drawCell, onSlice) {
  // Safari has no idle callbacks; a short pause serves.
  /** @type {(callback: () => void, options?: {timeout: number}) => number} */
  const request = window.requestIdleCallback ?? ((callback) => setTimeout(callback, 16));
  const cancel = window.cancelIdleCallback ?? clearTimeout;
  let total = 0;
  let cursor = 0;
  let remaining = 0;
  let idle = 0;
  let timer = 0;
  let started = -Infinity;

  function start() {
    started = performance.now();
    remaining = total;
    if (!idle) idle = request(slice, { timeout: 500 });
  }

  function slice() {
    const end = performance.now() + IDLE_SLICE;
    do {
      drawCell(cursor);
      cursor = (cursor + 1) % total;
      remaining -= 1;
    } while (remaining > 0 && performance.now() < end);
    idle = remaining > 0 ? request(slice, { timeout: 500 }) : 0;
    onSlice(remaining === 0);
  }

  /** @param {number} wait */
  function schedule(wait) {
    clearTimeout(timer);
    timer = setTimeout(start, wait);
  }

  return {
    schedule,
    /** @param {number} pause */
    scheduleAfter: (pause) => schedule(Math.max(0, started + pause - performance.now())),
    /** @param {{columns: number, rows: number}} cells */
    resize({ columns, rows }) {
      total = columns * rows;
      cursor = 0;
      remaining = total;
    },
    stop() {
      clearTimeout(timer);
      cancel(idle);
      idle = 0;
    },
  };
}

// [height, width] of a net's image, null where its output is none.
/** @param {Pick<LatentNet, "outputShape">} net @returns {[height: number, width: number] | null} */
export function imageSize({ outputShape }) {
  const [height, width] = outputShape.slice(-2);
  return outputShape.length >= 2 && outputShape.slice(0, -2).every((n) => n === 1) ? [height, width] : null;
}

// A drawer owns the two canvases: picture(z) paints what z decodes to, cell(index) decodes one cell of the map of the
// plane of one or two directions through z, map() paints the cells there are. A net's run may give null: not known yet.
/** @param {LatentNet} net @param {Page} page @param {Settings} settings @returns {Drawer} */
export function createDrawer(net, page, settings) {
  return settings.points ? pointDrawer(net, page, settings) : imageDrawer(net, page, settings);
}

// The places along the directions of a share of the way across and down.
/** @param {Direction[]} directions @param {number} x @param {number} y */
function placesAt([across, up], x, y) {
  const places = [across.low + x * (across.high - across.low)];
  if (up) places.push(up.high - y * (up.high - up.low));
  return places;
}

/** @param {LatentNet} firstNet @param {Page} page @param {Settings} settings @returns {Drawer} */
function imageDrawer(firstNet, page, { directions, z, labels }) {
  let net = firstNet;
  const [height, width] = imageSize(net) ?? [1, 1];
  const cells = { columns: 12, rows: directions.length > 1 ? 12 : 1 };
  const scratch = new Float32Array(z.length);
  const paint = greyPainter(width, height);
  const picture = resized(page.picture, width, height);
  const plane = resized(page.plane, PLANE_PIXELS, (PLANE_PIXELS * cells.rows) / cells.columns);
  const map = resized(document.createElement("canvas"), cells.columns * width, cells.rows * height);

  /** @param {CanvasRenderingContext2D} context @param {Float32Array} latent @param {number} left @param {number} top */
  function put(context, latent, left, top) {
    const x = net.run(latent);
    if (x) paint(context, x, left, top);
  }

  return {
    cells,
    pause: WEIGHTS_PAUSE,
    use: (next) => (net = next),
    cell(index) {
      const column = index % cells.columns;
      const row = Math.floor(index / cells.columns);
      const places = placesAt(directions, (column + 0.5) / cells.columns, (row + 0.5) / cells.rows);
      put(map, moveTo(z, directions, places, scratch), column * width, row * height);
    },
    mapDone() {},
    picture(latent) {
      put(picture, latent, 0, 0);
      tellPicture(page, labels, latent, () => net.run(latent));
    },
    map() {
      plane.imageSmoothingEnabled = false;
      plane.drawImage(map.canvas, 0, 0, plane.canvas.width, plane.canvas.height);
    },
  };
}

/** @param {LatentNet} firstNet @param {Page} page @param {Settings} settings @returns {Drawer} */
function pointDrawer(firstNet, page, { directions, extent, z, labels }) {
  let net = firstNet;
  const flat = directions.length === 1;
  const cells = flat ? { columns: 201, rows: 1 } : { columns: 25, rows: 25 };
  const scratch = new Float32Array(z.length);
  const decoded = new Float32Array(2 * cells.columns * cells.rows);
  /** @type {Float32Array | null} */
  let shown = null; // the last complete lattice of decoded points
  const picture = resized(page.picture, PICTURE_PIXELS, PICTURE_PIXELS);
  const plane = resized(page.plane, PLANE_PIXELS, flat ? PLANE_PIXELS / 12 : PLANE_PIXELS);
  page.picture.classList.add("smooth");
  /** @param {number} value */
  const toPicture = (value) => ((value / extent + 1) * PICTURE_PIXELS) / 2;

  // Every second line of the lattice; the points between keep the lines round.
  /** @param {(points: number[]) => void} visit */
  function latticeLines(visit) {
    /** @param {number} from @param {number} step @param {number} count */
    const line = (from, step, count) => visit(Array.from({ length: count }, (_, i) => from + i * step));
    for (let row = 0; row < cells.rows; row += 2) line(row * cells.columns, 1, cells.columns);
    if (!flat) for (let column = 0; column < cells.columns; column += 2) line(column, cells.columns, cells.rows);
  }

  return {
    cells,
    pause: MOVE_PAUSE,
    use: (next) => (net = next),
    cell(index) {
      const column = index % cells.columns;
      const row = Math.floor(index / cells.columns);
      const places = placesAt(directions, column / (cells.columns - 1), flat ? 0 : row / (cells.rows - 1));
      const x = net.run(moveTo(z, directions, places, scratch));
      decoded[2 * index] = x?.[0] ?? NaN;
      decoded[2 * index + 1] = x?.[1] ?? 0;
    },
    mapDone: () => (shown = decoded.slice()),
    picture(latent) {
      const { line, ink } = colours(page.body);
      picture.clearRect(0, 0, PICTURE_PIXELS, PICTURE_PIXELS);
      const middle = PICTURE_PIXELS / 2;
      stroke(picture, line, 2, [[0, middle], [PICTURE_PIXELS, middle]]);
      stroke(picture, line, 2, [[middle, 0], [middle, PICTURE_PIXELS]]);
      const lattice = shown;
      if (lattice) {
        latticeLines((points) => {
          const places = points.map((i) => [toPicture(lattice[2 * i]), toPicture(-lattice[2 * i + 1])]);
          stroke(picture, COLORS.generated, flat ? 4 : 1.5, places);
        });
      }
      const x = net.run(latent);
      if (x) disc(picture, toPicture(x[0]), toPicture(-(x[1] ?? 0)), 11, COLORS.generated, ink);
      tellPicture(page, labels, latent, () => net.run(latent), true);
    },
    map() {
      const { width, height } = plane.canvas;
      const { line } = colours(page.body);
      plane.clearRect(0, 0, width, height);
      for (let i = 0; i <= 12; i++) {
        const at = (i / 12) * width;
        stroke(plane, line, 1.5, [[at, 0], [at, height]]);
        if (!flat) stroke(plane, line, 1.5, [[0, at], [width, at]]);
      }
      if (flat) stroke(plane, line, 3, [[0, height / 2], [width, height / 2]]);
    },
  };
}

// What the picture shows, in numbers. run(): what z decodes to, computed anew, for a net has one place for its answer.
/** @param {Page} page @param {Record<string, string>} labels @param {Float32Array} z @param {() => Float32Array | null} run */
function tellPicture(page, labels, z, run, points = false) {
  tell(page.picture, () => {
    const x = run();
    const length = figure(Math.hypot(...z));
    if (!x) return labels.image;
    const said = points
      ? fill(labels.told_point, { length, x: Array.from(x, (value) => figure(value)).join(", ") })
      : fill(labels.told_decoded, { length, ink: inkOf(x) });
    return `${labels.image}: ${said}`;
  });
}

/** @param {HTMLCanvasElement} canvas @param {number} width @param {number} height */
function resized(canvas, width, height) {
  // Setting a size wipes a canvas, and with it the last good picture.
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  return contextOf(canvas);
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius @param {string} fill
 * @param {string} rim */
function disc(context, x, y, radius, fill, rim) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.strokeStyle = rim;
  context.lineWidth = 4;
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {string} colour @param {number} width @param {number[][]} places */
function stroke(context, colour, width, places) {
  context.beginPath();
  for (const [x, y] of places) context.lineTo(x, y);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}

/** @param {Element} element */
function colours(element) {
  const style = getComputedStyle(element);
  return { line: style.getPropertyValue("--line"), ink: style.getPropertyValue("--ink") };
}
