// Pieces that the walks draw with: rows of stations one can point at, sliders, choices, norms, work in idle time.

import { sharp } from "../core/canvas.js";
import { element } from "../core/dom.js";
import { figure } from "../core/format.js";
import { COLORS } from "../core/palette.js";
import { letters } from "../core/theme.js";
import { tell } from "../shared/told/told.js";
import { fill } from "../core/words.js";
import { numbersOf } from "../maths/tensors.js";
import { digit } from "../shared/digits.js";

/** @typedef {import("./types.js").Band} Band */
/** @typedef {import("./types.js").Curves} Curves */
/** @typedef {import("./types.js").Model} Model */

const SLICE_MS = 8; // of idle work at a time, so that a move never waits longer

/** @param {Model[]} models */
export function chosenOf(models) {
  const chosen = models.find(({ run }) => run.chosen);
  if (!chosen) throw new Error("A walk: none of its runs is the chosen one.");
  return chosen;
}

// The numbers of a tensor of a model's atlas, which has to be there.
/** @param {Model} model @param {string} name */
export const atlasOf = ({ atlas }, name) => numbersOf(atlas ?? new Map(), name);

// A row of `count` pictures under a mark that moves with a value in [0, 1]; pointing at it gives that value.
/** @param {Element} parent @param {string} label @param {string} testid @param {number} count
 * @param {(value: number) => void} onValue */
export function stations(parent, label, testid, count, onValue) {
  const box = element(parent, "div", "gl-walk-stations");
  const canvas = digit(box, label, testid, count);
  const mark = element(box, "span", "gl-walk-mark");
  mark.style.width = `${100 / count}%`;
  /** @param {PointerEvent} event */
  const point = (event) => {
    const { left, width } = box.getBoundingClientRect();
    onValue(Math.min(1, Math.max(0, (((event.clientX - left) / width) * count - 0.5) / (count - 1))));
  };
  box.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    box.setPointerCapture(event.pointerId);
    point(event);
  });
  box.addEventListener("pointermove", (event) => box.hasPointerCapture(event.pointerId) && point(event));
  return {
    canvas,
    /** @param {number} value */
    show: (value) => (mark.style.left = `${(100 * value * (count - 1)) / count}%`),
  };
}

// A range input with its label at the left and its value at the right.
/** @param {Element} parent @param {string} label
 * @param {{min: number, max: number, step: number, testid?: string}} range @param {(value: number) => void} onValue */
export function slider(parent, label, { min, max, step, testid }, onValue) {
  const row = element(parent, "label", "gl-walk-slider");
  element(row, "span", "", label);
  const input = element(row, "input", "", "", { type: "range", min, max, step, "aria-label": label });
  if (testid) input.dataset.testid = testid;
  const output = element(row, "output", "", "", { "aria-live": "off" });
  input.addEventListener("input", () => onValue(input.valueAsNumber));
  return {
    input,
    /** @param {number} value @param {string} text */
    show(value, text) {
      if (input.valueAsNumber !== value) input.value = String(value);
      output.textContent = text;
    },
  };
}

/** @param {Element} parent @param {string} label @param {[value: string | number, text: string][]} options
 * @param {(value: string) => void} onChoice @param {string} testid */
export function chooser(parent, label, options, onChoice, testid) {
  const row = element(parent, "label", "gl-walk-choice");
  element(row, "span", "", label);
  const select = element(row, "select", "", "", { "aria-label": label });
  if (testid) select.dataset.testid = testid;
  for (const [value, text] of options) element(select, "option", "", text, { value });
  select.addEventListener("change", () => onChoice(select.value));
  return select;
}

// |z| along the two paths, where t is, and behind them the shell where z usually lies (null: not known yet).
// curves: {straight, spherical: number[]}; of: whose codes they are.
/** @param {HTMLCanvasElement} canvas @param {Curves} curves
 * @param {{band: Band | null, t: number, ink: string, labels: Record<string, string>, of: string}} shown */
export function drawNorms(canvas, curves, { band, t, ink, labels, of }) {
  tell(canvas, () => {
    /** @param {"straight" | "spherical"} path */
    const at = (path) => figure(curves[path][Math.round(t * (curves[path].length - 1))]);
    const said = fill(labels.told_norms, { t: figure(t), straight: at("straight"), spherical: at("spherical") });
    const around = band && fill(labels.told_shell, { low: figure(band.low), high: figure(band.high) });
    return [`${of}. ${labels.norms}: ${said}`, around].filter(Boolean).join("; ");
  });
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!width) return;
  const context = sharp(canvas, width, height);
  const top = 1.12 * Math.max(band?.high ?? 0, ...curves.straight, ...curves.spherical);
  /** @param {number} value */
  const y = (value) => height - 3 - (value / top) * (height - 6);
  /** @param {number} share */
  const x = (share) => 3 + share * (width - 6);
  if (band) {
    context.fillStyle = `${COLORS.prior}44`;
    context.fillRect(0, y(band.high), width, y(band.low) - y(band.high));
    context.strokeStyle = COLORS.prior;
    line(context, [[0, y(band.typical)], [width, y(band.typical)]]);
  }
  context.strokeStyle = COLORS.latent;
  context.lineWidth = 2;
  for (const path of /** @type {const} */ (["spherical", "straight"])) {
    const dash = path === "spherical" ? [5, 4] : [];
    context.setLineDash(dash);
    line(context, curves[path].map((value, i) => [x(i / (curves[path].length - 1)), y(value)]));
  }
  context.setLineDash([]);
  context.lineWidth = 1;
  context.strokeStyle = ink;
  line(context, [[x(t), 0], [x(t), height]]);
  context.fillStyle = ink;
  context.font = `${letters(11)}px system-ui, sans-serif`;
  if (band) context.fillText(figure(band.typical), 4, y(band.typical) - 3);
  context.fillText("0", 4, height - 3);
}

/** @param {CanvasRenderingContext2D} context @param {number[][]} points */
export function line(context, points) {
  context.beginPath();
  points.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.stroke();
}

// Work in idle time: run(key, generator) does its steps between other things; a new one takes an old one's place.
export function createJobs() {
  const request = window.requestIdleCallback ?? ((callback) => setTimeout(callback, 16)); // Safari has none
  /** @type {Map<string, Iterator<unknown>>} */
  const jobs = new Map();
  let asked = false;

  function slice() {
    asked = false;
    const end = performance.now() + SLICE_MS;
    while (performance.now() < end) {
      const [first] = jobs;
      if (!first) break;
      const [key, job] = first;
      if (job.next().done && jobs.get(key) === job) jobs.delete(key);
    }
    go();
  }

  function go() {
    if (asked || !jobs.size) return;
    asked = true;
    request(slice, { timeout: 300 });
  }

  return {
    /** @param {string} key @param {Iterator<unknown>} job */
    run(key, job) {
      jobs.delete(key); // to the end of the line
      jobs.set(key, job);
      go();
    },
    stop: () => jobs.clear(),
  };
}
