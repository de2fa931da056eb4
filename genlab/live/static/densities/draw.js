// Draws two mixtures, the integrand of one number, and D*, one strip below the other, on one canvas.
import { letters } from "../core/theme.js";
import { contextOf } from "../core/canvas.js";
import { COLORS } from "../core/palette.js";
import { INTEGRANDS, discriminator, distribution, logDensity } from "../maths/mixtures/mixtures.js";
import { REACH } from "./state.js";

/** @typedef {import("../maths/mixtures/mixtures.js").Compiled} Compiled */
/** @typedef {import("./state.js").NumberKey} NumberKey */
/** @typedef {import("./state.js").IntegralKey} IntegralKey */
/** @typedef {{x: Float64Array, logP: Float64Array, logQ: Float64Array}} Columns of the picture, in pixels */
/** @typedef {[above: number, below: number]} Ends of a strip, in pixels */
/** @typedef {(value: number) => number} ToY a value's place in its strip */
/** @typedef {(column: number) => number} Of a curve */
/**
 * @typedef {object} Picture
 * @property {Compiled} p
 * @property {Compiled} q
 * @property {IntegralKey} number whose integrand is shown
 * @property {Columns} columns
 * @property {Float64Array} values of the integrand
 * @property {import("./scales.js").Scales} scales
 * @property {number} probe
 * @property {Record<string, string> & import("./state.js").WordGroups & {numbers: Record<string, import("./state.js").NumberTerm>}} labels
 * @property {NumberKey | null} lit
 * @property {string} ink
 * @property {[left: number, right: number]} beyond the shares of the integrand's area that lie outside
 * @property {Compiled | null} ghost another fit's q
 * @property {"kl_pq" | "kl_qp" | null} fitted the number that q was fitted by
 */

export const MARGIN = { right: 10, get left() { return letters(40); } };
export const HEIGHT = 384; // of the lowest picture
const GREY = "rgba(128,128,128,.35)";
const SMALL = 0.05; // of an axis' range: a lower end that is nearer to 0 has no room for its number
const OUTSIDE = 0.01; // of an integrand's area: more of it beyond the picture's edge is told

// The top and bottom of each strip in a picture of this height, in pixels.
/** @param {number} height */
export function strips(height) {
  const more = Math.max(0, height - HEIGHT);
  const density = [8, 178 + Math.round(0.5 * more)];
  const integrand = [density[1] + 38, density[1] + 122 + Math.round(0.3 * more)];
  return {
    density: /** @type {Ends} */ (density),
    integrand: /** @type {Ends} */ (integrand),
    discriminator: /** @type {Ends} */ ([integrand[1] + 22, height - 6]),
  };
}

/** @param {number} width */
export function place(width) {
  const perUnit = (width - MARGIN.left - MARGIN.right) / (2 * REACH);
  return { perUnit, toPixels: (/** @type {number} */ x) => MARGIN.left + (x + REACH) * perUnit,
           /** @param {number} pixels */
           toX: (pixels) => (pixels - MARGIN.left) / perUnit - REACH };
}

// Both log densities at every column of the picture.
/** @param {Compiled} p @param {Compiled} q @param {number} width */
export function sample(p, q, width) {
  const { toX } = place(width);
  const count = Math.max(2, Math.floor(width - MARGIN.left - MARGIN.right) + 1);
  const columns = { x: new Float64Array(count), logP: new Float64Array(count), logQ: new Float64Array(count) };
  for (let i = 0; i < count; i++) {
    columns.x[i] = toX(MARGIN.left + i);
    columns.logP[i] = logDensity(p, columns.x[i]);
    columns.logQ[i] = logDensity(q, columns.x[i]);
  }
  return columns;
}

/** @param {IntegralKey} number @param {Compiled} p @param {Compiled} q @param {Columns} columns */
export function integrandOver(number, p, q, { x, logP, logQ }) {
  if (number === "w1") return x.map((at) => Math.abs(distribution(p, at) - distribution(q, at)));
  const of = INTEGRANDS[number];
  return x.map((_at, i) => of(logP[i], logQ[i]));
}

/** @param {HTMLCanvasElement} canvas @param {Picture} picture */
export function draw(canvas, { p, q, number, columns, values, scales, probe, labels, lit, ink, beyond, ghost, fitted }) {
  const width = canvas.clientWidth;
  const tall = canvas.clientHeight;
  const STRIPS = strips(tall);
  const density = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * density)) canvas.width = Math.round(width * density);
  if (canvas.height !== Math.round(tall * density)) canvas.height = Math.round(tall * density);
  const pen = contextOf(canvas);
  pen.setTransform(density, 0, 0, density, 0, 0);
  pen.clearRect(0, 0, width, tall);
  pen.font = `${letters(12)}px ${getComputedStyle(canvas).fontFamily}`;
  pen.lineJoin = "round";
  const { toPixels } = place(width);
  const right = width - MARGIN.right;

  /** @param {Ends} strip @param {number} low @param {number} high */
  const height = ([above, below], low, high) => (/** @type {number} */ value) => below - ((value - low) / (high - low)) * (below - above);

  /** @param {number} y @param {number[]} [dash] */
  function line(y, color = GREY, dash = []) {
    pen.strokeStyle = color;
    pen.lineWidth = 1;
    pen.setLineDash(dash);
    pen.beginPath();
    pen.moveTo(MARGIN.left, y);
    pen.lineTo(right, y);
    pen.stroke();
    pen.setLineDash([]);
  }

  /** @param {string} text @param {number} x @param {number} y @param {CanvasTextAlign} [align] */
  function words(text, x, y, align = "left", color = ink) {
    pen.fillStyle = color;
    pen.textAlign = align;
    pen.fillText(text, x, y);
  }

  /** @param {ToY} toY @param {Of} of */
  function trace(toY, of) {
    pen.beginPath();
    for (let i = 0; i < columns.x.length; i++) {
      const y = toY(of(i));
      if (i) pen.lineTo(MARGIN.left + i, y);
      else pen.moveTo(MARGIN.left, y);
    }
  }

  /** @param {string} color @param {number} thickness */
  function stroke(color, thickness) {
    pen.strokeStyle = color;
    pen.lineWidth = thickness;
    pen.stroke();
  }

  // The area between a curve and a level, on one side of it.
  /** @param {Ends} strip @param {ToY} toY @param {Of} of @param {number} level @param {string} color
   * @param {number} opacity @param {number} side */
  function fill(strip, toY, of, level, color, opacity, side) {
    const base = toY(level);
    pen.save();
    pen.beginPath();
    if (side > 0) pen.rect(MARGIN.left, strip[0], right - MARGIN.left, Math.max(0, base - strip[0]));
    else pen.rect(MARGIN.left, base, right - MARGIN.left, Math.max(0, strip[1] - base));
    pen.clip();
    trace(toY, of);
    pen.lineTo(MARGIN.left + columns.x.length - 1, base);
    pen.lineTo(MARGIN.left, base);
    pen.closePath();
    pen.globalAlpha = opacity;
    pen.fillStyle = color;
    pen.fill();
    pen.restore();
  }

  function densities() {
    const strip = STRIPS.density;
    const toY = height(strip, 0, scales.top);
    line(strip[1]);
    words(tick(scales.top), MARGIN.left - 5, strip[0] + 10, "right");
    words("0", MARGIN.left - 5, strip[1], "right");
    words(labels.density, MARGIN.left + 4, strip[0] + 10);
    pen.save();
    pen.beginPath();
    pen.rect(MARGIN.left, 0, right - MARGIN.left, strip[1] + 2);
    pen.clip();
    for (const { mixture, logs, color } of [
      { mixture: p, logs: columns.logP, color: COLORS.data }, { mixture: q, logs: columns.logQ, color: COLORS.generated },
    ]) {
      /** @param {number} i */
      const of = (i) => Math.exp(logs[i]);
      fill([0, strip[1]], toY, of, 0, color, 0.2, 1);
      if (mixture.size > 1) components(mixture, toY, color);
      trace(toY, of);
      stroke(color, 2.5);
    }
    if (ghost) {
      pen.setLineDash([7, 5]);
      trace(toY, (i) => Math.exp(logDensity(ghost, columns.x[i])));
      stroke(COLORS.generated, 2);
      pen.setLineDash([]);
    }
    pen.restore();
    if (fitted) directions(strip[0] + 10);
    const step = width < 480 ? 5 : 2;
    for (let x = -step * Math.floor(REACH / step); x <= REACH; x += step) {
      words(String(x).replace("-", "−"), toPixels(x), strip[1] + 15, "center");
    }
    words("x", right, strip[1] + 29, "right");
  }

  // What the drawn-out q and the dashed one are.
  /** @param {number} y */
  function directions(y) {
    const both = fitted === "kl_pq" ? ["kl_pq", "kl_qp"] : ["kl_qp", "kl_pq"];
    for (const [row, key] of both.slice(0, ghost ? 2 : 1).entries()) {
      const text = labels.directions[key];
      const dash = row ? [7, 5] : [];
      const at = right - pen.measureText(text).width - 34;
      pen.setLineDash(dash);
      pen.beginPath();
      pen.moveTo(at, y + 17 * row - 4);
      pen.lineTo(at + 26, y + 17 * row - 4);
      stroke(COLORS.generated, dash.length ? 2 : 2.5);
      pen.setLineDash([]);
      words(text, right, y + 17 * row, "right");
    }
  }

  /** @param {Compiled} mixture @param {ToY} toY @param {string} color */
  function components(mixture, toY, color) {
    pen.setLineDash([4, 4]);
    for (let k = 0; k < mixture.size; k++) {
      trace(toY, (i) => {
        const z = (columns.x[i] - mixture.mean[k]) * mixture.inverse[k];
        return Math.exp(mixture.offset[k] - 0.5 * z * z);
      });
      stroke(color, 1);
    }
    pen.setLineDash([]);
  }

  function integral() {
    const strip = STRIPS.integrand;
    const color = labels.numbers[number].color;
    const toY = height(strip, scales.low, Math.max(scales.high, scales.low + 1e-12));
    /** @param {number} i */
    const of = (i) => values[i];
    fill(strip, toY, of, 0, color, 0.45, 1);
    fill(strip, toY, of, 0, color, 0.2, -1);
    line(toY(0), ink);
    trace(toY, of);
    stroke(color, 2);
    if (scales.high > 0) words(tick(scales.high), MARGIN.left - 5, strip[0] + 10, "right");
    if (-scales.low > SMALL * (scales.high - scales.low)) words(tick(scales.low), MARGIN.left - 5, strip[1], "right");
    words("0", MARGIN.left - 5, clampText(toY(0) + 4, strip, scales), "right");
    words(labels.numbers[number].integrand, MARGIN.left + 4, strip[0] - 6);
    /** @param {number} share */
    const percent = (share) => (100 * share).toFixed(0);
    if (beyond[0] > OUTSIDE)
      words(labels.outsideLeft.replace("{percent}", percent(beyond[0])), MARGIN.left + 4, strip[0] + 10);
    if (beyond[1] > OUTSIDE)
      words(labels.outsideRight.replace("{percent}", percent(beyond[1])), right, strip[0] + 10, "right");
  }

  function best() {
    const strip = STRIPS.discriminator;
    const toY = height(strip, 0, 1);
    /** @param {number} i */
    const of = (i) => discriminator(columns.logP[i], columns.logQ[i]);
    fill(strip, toY, of, 0.5, COLORS.data, lit === "d_star" ? 0.45 : 0.2, 1);
    fill(strip, toY, of, 0.5, COLORS.generated, lit === "d_star" ? 0.45 : 0.2, -1);
    line(toY(0.5), ink, [5, 4]);
    for (const [value, text] of /** @type {const} */ ([[1, "1"], [0.5, "½"], [0, "0"]]))
      words(text, MARGIN.left - 5, toY(value) + 4, "right");
    trace(toY, of);
    stroke(COLORS.discriminator, lit === "d_star" ? 4 : 2);
    words(labels.discriminator, MARGIN.left + 4, strip[0] - 6);
  }

  function crosshair() {
    const at = toPixels(probe);
    pen.strokeStyle = ink;
    pen.globalAlpha = 0.45;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(at, STRIPS.density[0]);
    pen.lineTo(at, STRIPS.discriminator[1]);
    pen.stroke();
    pen.globalAlpha = 1;
  }

  densities();
  integral();
  best();
  crosshair();
}

// The 0 of the integrand's axis keeps clear of the numbers at its ends.
/** @param {number} y @param {Ends} strip @param {{low: number, high: number}} scales */
function clampText(y, [above, below], { low, high }) {
  const told = -low > SMALL * (high - low);
  return Math.min(told ? below - 13 : below, Math.max(high > 0 ? above + 23 : above + 10, y));
}

// A number of an axis; a very small one by its power of ten, for there is room for six letters.
/** @param {number} value */
export function tick(value) {
  const short = Number(value.toPrecision(3));
  return (Math.abs(short) < 0.001 && short !== 0 ? short.toExponential() : String(short)).replaceAll("-", "−");
}
