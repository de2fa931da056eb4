// Draw a digit, and see what a model makes of it: centred as MNIST is, encoded and decoded here at every move.

import { mounted } from "../core/component.js";
import { element } from "../core/dom.js";
import { tell } from "../shared/told/told.js";
import { fill } from "../core/words.js";
import { bernoulliNats, gaussianNats, meanSquaredError } from "../maths/code.js";
import { centred, inkedShare } from "../maths/ink.js";
import { clear, digit, put } from "../shared/digits.js";
import { keepDrawn } from "../shared/visitor/drawn.js";
import { createModel } from "../shared/nets/models.js";
import { createChart } from "./chart.js";
import { keep, kept } from "./kept.js";
import { createNearest } from "./nearest.js";
import { createSamples } from "./samples.js";
import { createSheet } from "./sheet.js";
import { createTaken } from "./taken.js";
import { readPicture } from "./upload.js";

/** @typedef {import("../shared/nets/models.js").Model} Model */
/**
 * @typedef {object} DrawData what genlab/views/space/draw.py makes
 * @property {import("../shared/nets/models.js").ModelRun} run
 * @property {string} base
 * @property {string} language
 * @property {boolean} deviations whether its codes have some
 * @property {"bernoulli" | "gaussian" | null} likelihood
 * @property {number | null} gaussianDeviation
 * @property {string[]} classes
 * @property {Record<string, string>} titles of data sets
 * @property {Record<string, string>} labels
 */

const FULL = 0.6; // of the sheet: no digit has so much ink

export const mount = mounted(
  (data) => [data.run.id, data.language],
  ({ data, parentElement }) => createView(data, parentElement),
);

/** @param {DrawData} first @param {Element} parent */
function createView(first, parent) {
  let data = first;
  const { labels, base, run } = data;
  parent.querySelectorAll(".gl-draw").forEach((old) => old.remove());
  const root = element(parent, "div", "gl-draw", "", { "data-testid": "draw" });
  const left = element(root, "div", "gl-draw-left");
  const stage = element(left, "div", "gl-draw-stage");
  const sheet = createSheet(stage, labels.sheet, { onMove: moved, onRest: rested });
  const hint = element(stage, "span", "gl-draw-hint", labels.hint);
  const tools = element(left, "div", "gl-draw-tools");
  /** @param {string} name @param {() => void} onClick */
  const button = (name, onClick) => {
    const made = element(tools, "button", "", labels[name], { type: "button", "data-testid": `draw-${name}` });
    made.addEventListener("click", onClick);
    return made;
  };
  const undo = button("undo", () => sheet.undo());
  const wipe = button("clear", () => sheet.clear());
  const file = element(tools, "input", "", "", {
    type: "file", accept: "image/*", hidden: "", "data-testid": "draw-file",
  });
  const picture = button("upload", () => file.click());
  picture.title = labels.uploadHelp;
  const taken = createTaken(left, labels);
  const said = element(left, "p", "gl-draw-said", "", { role: "status", "data-testid": "draw-said" });

  const right = element(root, "div", "gl-draw-right");
  const flow = element(right, "div", "gl-draw-flow");
  const input = tile(flow, labels.input, labels.inputNote, "draw-input", labels.told_ink);
  const coded = element(flow, "figure", "gl-draw-coded");
  const codeCaption = element(coded, "figcaption", "", labels.code);
  element(codeCaption, "small", "", data.deviations ? labels.codeNote : labels.codeNoteAe);
  const chart = createChart(coded, labels, () => samples.say());
  const output = tile(flow, labels.output, "", "draw-output", labels.told_ink);
  const samples = createSamples(right, data, chart, () => show());
  const nearest = createNearest(element(root, "div", "gl-draw-nearest"), data);

  /** @type {Float32Array | null} */
  let x = null; // the drawing as the net takes it: 784 numbers in [0, 1]
  /** @type {Uint8Array<ArrayBuffer> | null} */
  let grey = null; // and as bytes
  let notice = ""; // of a picture that could not be read, until something else is done
  const model = createModel(base, run, modelChanged, () => root.isConnected);

  /** @param {Model} changed @param {string} what */
  function modelChanged(changed, what) {
    if (what === "nets") changed.wantAtlas(); // for the order of the latents
    show();
  }

  function moved() {
    grey = centred(sheet.ink, sheet.side, sheet.side);
    x = grey && Float32Array.from(grey, (level) => level / 255);
    notice = "";
    tell(sheet.canvas, () => `${labels.sheet}: ${fill(labels.told_ink, { ink: (100 * inkedShare(sheet.ink)).toFixed(1) })}`);
    taken.hide();
    nearest.stale();
    show();
  }

  function rested() {
    keep(sheet.marks);
    keepDrawn(grey);
    undo.disabled = wipe.disabled = !sheet.marks.length;
    chart.settle();
    show();
    nearest.ask(grey);
  }

  function show() {
    hint.hidden = Boolean(x);
    x ? put(input.canvas, x) : clear(input.canvas);
    const encoded = Boolean(x && model.ready);
    if (x && encoded) reconstruct(x);
    else {
      clear(output.canvas);
      output.note.textContent = "";
      chart.show(null);
      samples.clear();
    }
    root.dataset.state = encoded ? "drawn" : "empty";
    said.textContent = advice();
  }

  /** @param {Float32Array} x */
  function reconstruct(x) {
    const code = model.code(x);
    const z = samples.choose(code);
    const rebuilt = model.decode(z);
    put(output.canvas, rebuilt);
    output.note.textContent = error(x, rebuilt);
    const order = model.atlas?.get("order")?.data;
    chart.show({ code, z, order: order ? Array.from(order, Number) : Array.from(z.keys()), usual: usualReach() });
    samples.paint(model);
    samples.link(z);
  }

  // As far as 99 in 100 of the numbers in the held-out examples' codes.
  /** @type {{means: Float32Array | null, reach: number}} */
  let usual = { means: null, reach: 3 };
  function usualReach() {
    const means = model.atlas?.get("means")?.data;
    if (means && usual.means !== means) {
      const sizes = Float32Array.from(means, Math.abs).sort();
      usual = { means, reach: sizes[Math.floor(0.99 * (sizes.length - 1))] };
    }
    return usual.reach;
  }

  /** @param {Float32Array} x @param {Float32Array} rebuilt */
  function error(x, rebuilt) {
    /** @param {string} value */
    const say = (value) => data.labels.error.replace("{value}", value);
    if (data.likelihood === "bernoulli") return say(bernoulliNats(x, rebuilt).toFixed(1));
    if (data.likelihood === "gaussian") return say(gaussianNats(x, rebuilt, data.gaussianDeviation ?? 1).toFixed(1));
    return say(meanSquaredError(x, rebuilt).toFixed(4));
  }

  function advice() {
    if (notice) return notice;
    if (model.problem) return labels[model.problem];
    if (!x) return labels.empty;
    return inkedShare(sheet.ink) > FULL ? labels.full : "";
  }

  /** @param {File | null | undefined} picked */
  async function take(picked) {
    if (!picked) return;
    notice = labels.reading;
    said.textContent = advice();
    const read = await readPicture(picked, base, labels);
    if (!root.isConnected) return;
    if ("said" in read) notice = read.said;
    else {
      sheet.place(read.ink);
      taken.show(read.picture, read.crop);
      notice = "";
    }
    said.textContent = advice();
  }

  file.addEventListener("change", () => {
    take(file.files?.[0]);
    file.value = ""; // the same file may be chosen again
  });
  root.addEventListener("dragover", (event) => event.preventDefault());
  root.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer?.files[0]);
  });
  root.addEventListener("paste", (event) => take(event.clipboardData?.files[0]));

  sheet.setMarks(kept());

  return {
    /** @param {DrawData} changed */
    update(changed) {
      data = changed;
      show();
    },
    destroy() {
      model.destroy();
      nearest.destroy();
      chart.destroy();
      sheet.destroy();
      taken.hide();
      root.remove();
    },
  };
}

/** @param {Element} parent @param {string} title @param {string} note @param {string} testid @param {string} told */
function tile(parent, title, note, testid, told) {
  const figure = element(parent, "figure", "gl-draw-tile");
  const caption = element(figure, "figcaption", "", title);
  const canvas = digit(figure, `${title}: ${told}`, testid);
  return { canvas, caption, note: element(figure, "small", "", note) };
}
