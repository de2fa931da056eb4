// The bound as its critic learns, between 0 and log 2, above the floor that noise alone gives.
import { change, draw, through } from "../core/svg.js";

/** @typedef {import("../core/lab.js").CriticRow} Row */
/** @typedef {import("../core/lab.js").CriticVerdict} Verdict */

const LOG_2 = Math.log(2);
export const HEIGHT = 300;
const [LEFT, RIGHT, TOP, BOTTOM] = [44, 12, 16, HEIGHT - 42];
export const LOW = -0.06; // a critic that has learned its examples by heart falls a little below 0 on others
const HIGH = 0.74;

// labels: {ceiling, floor, bound, axis}. Returns show(rows, verdict), a width to set.
/** @param {Element} root @param {{labels: Record<string, string>, steps: number}} options */
export function mountChart(root, { labels, steps }) {
  const svg = draw(root, "svg", { class: "gl-critic-chart", height: HEIGHT, role: "img",
                                  "data-testid": "critic-chart" });
  const axes = draw(svg, "g", { class: "gl-critic-axes" });
  const floor = draw(svg, "rect", { class: "gl-critic-floor", "data-testid": "critic-floor" });
  const floorName = draw(svg, "text", { class: "gl-critic-name" }, labels.floor);
  const floorLine = draw(svg, "path", { class: "gl-critic-floor-line" });
  const ceiling = draw(svg, "line", { class: "gl-critic-ceiling" });
  const ceilingName = draw(svg, "text", { class: "gl-critic-name" }, labels.ceiling);
  const ribbon = draw(svg, "path", { class: "gl-critic-ribbon" });
  const line = draw(svg, "path", { class: "gl-critic-line", "data-testid": "critic-line" });
  const best = draw(svg, "circle", { class: "gl-critic-best", r: 6 });
  let width = 0;
  /** @type {[Row[], Verdict | null]} */
  let present = [[], null];

  /** @param {number} step */
  const atStep = (step) => LEFT + (step / steps) * (width - LEFT - RIGHT);
  /** @param {number} nats */
  const atNats = (nats) => {
    const inside = Math.max(LOW, Math.min(HIGH, nats));
    return BOTTOM - ((inside - LOW) / (HIGH - LOW)) * (BOTTOM - TOP);
  };

  /** @param {number} step @param {number} nats @returns {[x: number, y: number]} */
  const point = (step, nats) => [atStep(step), atNats(nats)];

  function drawAxes() {
    axes.replaceChildren();
    const ends = { x1: LEFT, x2: width - RIGHT };
    for (const nats of [0, 0.2, 0.4, 0.6]) {
      draw(axes, "line", { ...ends, y1: atNats(nats), y2: atNats(nats) });
      draw(axes, "text", { x: LEFT - 8, y: atNats(nats) + 4, "text-anchor": "end" }, nats.toFixed(1));
    }
    for (let step = 0; step <= steps; step += steps / 4)
      draw(axes, "text", { x: atStep(step), y: BOTTOM + 18, "text-anchor": "middle" }, String(step));
    draw(axes, "text", { x: width - RIGHT, y: BOTTOM + 36, "text-anchor": "end" }, labels.axis);
    draw(axes, "text", { x: 2, y: TOP - 4 }, labels.unit);
    change(ceiling, { ...ends, y1: atNats(LOG_2), y2: atNats(LOG_2) });
    change(ceilingName, { x: LEFT + 6, y: atNats(LOG_2) - 5 });
  }

  // rows: [step, bound, its standard error, floor, its standard error]; verdict: {step, bound, floor, floor_error}
  /** @param {Row[]} rows @param {Verdict | null} verdict */
  function show(rows, verdict) {
    present = [rows, verdict];
    if (!width) return;
    const drawn = rows.length > 0;
    for (const node of [floor, floorName, floorLine, ribbon, line]) node.style.display = drawn ? "" : "none";
    best.style.display = verdict ? "" : "none";
    if (!drawn) return;
    change(line, { d: through(rows.map(([step, bound]) => point(step, bound))) });
    change(floorLine, { d: through(rows.map(([step, , , noise]) => point(step, noise))) });
    const above = rows.map(([step, bound, error]) => point(step, bound + error));
    const below = rows.map(([step, bound, error]) => point(step, bound - error));
    change(ribbon, { d: `${through([...above, ...below.reverse()])}Z` });
    if (!verdict) return;
    const top = atNats(highestNoise(verdict));
    change(floor, { x: LEFT, width: Math.max(0, width - LEFT - RIGHT), y: top, height: Math.max(2, atNats(0) - top) });
    change(floorName, { x: width - RIGHT - 4, y: top - 5, "text-anchor": "end" });
    change(best, { cx: atStep(verdict.step), cy: atNats(verdict.bound) });
  }

  return {
    show,
    /** @param {number} pixels */
    resize(pixels) {
      width = pixels;
      change(svg, { width: pixels });
      drawAxes();
      show(...present);
    },
    /** @param {string} text */
    describe: (text) => change(svg, { "aria-label": text }),
  };
}

// What data against data may give: its bound, at least 0, and two standard errors.
/** @param {Verdict} verdict */
export function highestNoise({ floor, floor_error: error }) {
  return Math.max(0, floor) + 2 * error;
}
