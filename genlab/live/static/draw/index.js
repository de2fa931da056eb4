// Draw a digit, and see what a model makes of it: centred as MNIST is, encoded and decoded here at every move.

import { mounted } from "../core/component.js";
import { element } from "../core/dom.js";
import { bernoulliNats, gaussianNats, meanSquaredError } from "../maths/code.js";
import { centred, inkedShare } from "../maths/ink.js";
import { clear, digit, put } from "../shared/digits.js";
import { keepDrawn } from "../shared/visitor/drawn.js";
import { createModel } from "../shared/models.js";
import { createChart } from "./chart.js";
import { keep, kept } from "./kept.js";
import { createNearest } from "./nearest.js";
import { createSamples } from "./samples.js";
import { createSheet } from "./sheet.js";
import { createTaken } from "./taken.js";
import { readPicture } from "./upload.js";

const FULL = 0.6; // of the sheet: no digit has so much ink

export const mount = mounted(
  (data) => [data.run.id, data.language],
  ({ data, parentElement }) => createView(data, parentElement),
);

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
  const input = tile(flow, labels.input, labels.inputNote, "draw-input");
  const coded = element(flow, "figure", "gl-draw-coded");
  const codeCaption = element(coded, "figcaption", "", labels.code);
  element(codeCaption, "small", "", data.deviations ? labels.codeNote : labels.codeNoteAe);
  const chart = createChart(coded, labels, () => samples.say());
  const output = tile(flow, labels.output, "", "draw-output");
  const samples = createSamples(right, data, chart, () => show());
  const nearest = createNearest(element(root, "div", "gl-draw-nearest"), data);

  let x = null; // the drawing as the net takes it: 784 numbers in [0, 1]
  let grey = null; // and as bytes
  let notice = ""; // of a picture that could not be read, until something else is done
  const model = createModel(base, run, modelChanged, () => root.isConnected);

  function modelChanged(changed, what) {
    if (what === "nets") changed.wantAtlas(); // for the order of the latents
    show();
  }

  function moved() {
    grey = centred(sheet.ink, sheet.side, sheet.side);
    x = grey && Float32Array.from(grey, (level) => level / 255);
    notice = "";
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
    if (encoded) reconstruct();
    else {
      clear(output.canvas);
      output.note.textContent = "";
      chart.show(null);
      samples.clear();
    }
    root.dataset.state = encoded ? "drawn" : "empty";
    said.textContent = advice();
  }

  function reconstruct() {
    const code = model.code(x);
    const z = samples.choose(code);
    const rebuilt = model.decode(z);
    put(output.canvas, rebuilt);
    output.note.textContent = error(rebuilt);
    const order = model.atlas?.get("order")?.data;
    chart.show({ code, z, order: order ? Array.from(order, Number) : Array.from(z.keys()), usual: usualReach() });
    samples.paint(model);
    samples.link(z);
  }

  // As far as 99 in 100 of the numbers in the held-out examples' codes.
  let usual = [null, 3];
  function usualReach() {
    const means = model.atlas?.get("means")?.data;
    if (means && usual[0] !== means) {
      const sizes = Float32Array.from(means, Math.abs).sort();
      usual = [means, sizes[Math.floor(0.99 * (sizes.length - 1))]];
    }
    return usual[1];
  }

  function error(rebuilt) {
    const say = (value) => data.labels.error.replace("{value}", value);
    if (data.likelihood === "bernoulli") return say(bernoulliNats(x, rebuilt).toFixed(1));
    if (data.likelihood === "gaussian") return say(gaussianNats(x, rebuilt, data.gaussianDeviation).toFixed(1));
    return say(meanSquaredError(x, rebuilt).toFixed(4));
  }

  function advice() {
    if (notice) return notice;
    if (model.problem) return labels[model.problem];
    if (!x) return labels.empty;
    return inkedShare(sheet.ink) > FULL ? labels.full : "";
  }

  async function take(picked) {
    if (!picked) return;
    notice = labels.reading;
    said.textContent = advice();
    const { ink, picture: sent, crop, said: refusal } = await readPicture(picked, base, labels);
    if (!root.isConnected) return;
    if (ink) {
      sheet.place(ink);
      taken.show(sent, crop);
    }
    notice = refusal ?? "";
    said.textContent = advice();
  }

  file.addEventListener("change", () => {
    take(file.files[0]);
    file.value = ""; // the same file may be chosen again
  });
  root.addEventListener("dragover", (event) => event.preventDefault());
  root.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });
  root.addEventListener("paste", (event) => take(event.clipboardData.files[0]));

  sheet.setMarks(kept());

  return {
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

function tile(parent, title, note, testid) {
  const figure = element(parent, "figure", "gl-draw-tile");
  const caption = element(figure, "figcaption", "", title);
  const canvas = digit(figure, title, testid);
  return { canvas, caption, note: element(figure, "small", "", note) };
}
