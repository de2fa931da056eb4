// Sums of codes: the code of a digit, plus the mean code of one class, minus that of another.

import { element } from "../core/dom.js";
import { figure } from "../core/format.js";
import { arithmetic, codesCsv, evenly } from "../maths/paths.js";
import { digit, put } from "../shared/digits.js";
import { filmOf, sheet, thereAndBack } from "./files.js";
import { mountPicker } from "./picker.js";
import { atlasOf, chooser, slider, stations } from "./pieces.js";

/** @typedef {import("./types.js").Changes} Changes */
/** @typedef {import("./types.js").Context} Context */
/** @typedef {import("./types.js").Model} Model */

const REACH = 2;
const STATIONS = 9;
const FINE = 33;

/** @param {Element} root @param {Context} context */
export function mountArithmetic(root, context) {
  const { labels, classes, models, state, jobs, offer } = context;
  const top = element(root, "div", "gl-walk-ends");
  const picker = mountPicker(top, labels.base, context, "base", (index) => state.set({ base: index }));
  const means = element(top, "div", "gl-walk-means");
  const options = classes.map((name, i) => /** @type {[number, string]} */ ([i, name]));
  const selects = ["plus", "minus"].map((name) =>
    chooser(means, labels[name], options, (value) => state.set({ [name]: Number(value) }), `walk-${name}`));
  /** @param {number} s */
  const move = (s) => state.set({ s: Math.round(s * 100) / 100 });
  const handle = slider(root, "s", { min: -REACH, max: REACH, step: 0.01, testid: "walk-s" }, move);
  handle.input.setAttribute("aria-label", labels.strength);
  const grid = element(root, "div", "gl-walk-models");
  const columns = models.filter(({ run }) => run.encodes).map((model) => {
    model.wantAtlas();
    return createColumn(grid, model, context, (value) => move((2 * value - 1) * REACH));
  });
  element(root, "p", "gl-walk-note", labels.arithmeticNote);
  let frame = 0;

  function paint() {
    frame = 0;
    const { s, plus, minus } = state.values;
    handle.show(s, figure(s));
    selects[0].value = String(plus);
    selects[1].value = String(minus);
    for (const column of columns) column.paint(s);
  }

  function moved() {
    if (!frame) frame = requestAnimationFrame(paint);
  }

  /** @param {Model} [model] */
  function rebuild(model) {
    for (const column of columns) {
      if (!model || column.model === model) jobs.run(`sum ${column.model.run.id}`, column.rebuild(offer));
    }
    moved();
  }

  rebuild();

  return {
    /** @param {Changes} changes */
    changed(changes) {
      picker.show();
      if (Object.keys(changes).every((name) => name === "s")) moved();
      else rebuild();
    },
    model: rebuild,
    resized: moved,
    destroy: () => cancelAnimationFrame(frame),
    take() {
      const ready = columns.filter((column) => column.ready);
      if (!ready.length) return null;
      const { base, plus, minus } = state.values;
      const strengths = evenly(FINE, -REACH, REACH);
      return {
        name: `sum-${base}-plus-${plus}-minus-${minus}`,
        png: () => sheet(ready.map((column) => column.row())),
        film: () => filmOf(thereAndBack(strengths).map((s) => [ready.map((column) => column.at(s))])),
        csv: ready.map(({ model, zAt }) => /** @type {[string, string, () => string]} */ ([
          model.run.family.toUpperCase(), `sum-${model.run.id}`, () => codesCsv(["s"], strengths.map((s) => [[s], zAt(s)])),
        ])),
      };
    },
  };
}

// One model: x, the two mean codes as pictures, their sum at strength s, and a row of strengths.
/** @param {Element} grid @param {Model} model @param {Context} context @param {(value: number) => void} onMove */
function createColumn(grid, model, context, onMove) {
  const { labels, state, examples } = context;
  const { run } = model;
  const box = element(grid, "section", "gl-walk-model", "", { "data-testid": `sum-${run.family}` });
  context.heading(box, model);
  const sum = element(box, "div", "gl-walk-sum");
  /** @param {string} sign @param {string} name @param {string} [testid] */
  const piece = (sign, name, testid) => {
    if (sign) element(sum, "span", "gl-walk-sign", sign);
    const place = element(sum, "figure");
    const canvas = digit(place, `${run.title}, ${sign} ${labels[name]}: ${labels.told_ink}`, testid);
    element(place, "figcaption", "", labels[name]);
    return canvas;
  };
  const parts = {
    code: piece("", "base"),
    plus: piece("+ s (", "meanCode"),
    minus: piece("−", "meanCode"),
    result: piece(") =", "result", `sum-now-${run.family}`),
  };
  const strip = stations(box, `${run.title}: ${labels.strengths}; ${labels.told_ink}`, `sum-strip-${run.family}`, STATIONS, onMove);
  const said = element(box, "p", "gl-walk-said");
  /** @type {{code: Float32Array, plus: Float32Array, minus: Float32Array} | null} */
  let codes = null;

  // A class of which no held-out example was seen has no mean.
  /** @param {number} label */
  function meanOf(label) {
    const mean = atlasOf(model, "class_means").subarray(label * run.latents, (label + 1) * run.latents);
    return mean.every(Number.isFinite) ? mean : null;
  }

  /** @param {number} s */
  const zAt = (s) => (codes ? arithmetic(codes.code, codes.plus, codes.minus, s) : new Float32Array(run.latents));
  /** @param {number} s */
  const at = (s) => Float32Array.from(model.decode(zAt(s)));

  /** @param {() => void} onDone */
  function* rebuild(onDone) {
    if (!model.ready || !model.atlas?.has("class_means")) return;
    const { base, plus, minus } = state.values;
    const [added, taken] = [meanOf(plus), meanOf(minus)];
    said.textContent = added && taken ? "" : labels.noMean;
    if (!added || !taken) return;
    codes = { code: model.encode(examples[base].pixels), plus: added, minus: taken };
    for (const name of /** @type {const} */ (["code", "plus", "minus"])) put(parts[name], model.decode(codes[name]));
    paint(state.values.s);
    let column = 0;
    for (const s of evenly(STATIONS, -REACH, REACH)) {
      put(strip.canvas, model.decode(zAt(s)), column++);
      yield;
    }
    onDone();
  }

  /** @param {number} s */
  function paint(s) {
    strip.show((s + REACH) / (2 * REACH));
    if (codes) put(parts.result, model.decode(zAt(s)));
  }

  return {
    model,
    rebuild,
    paint,
    at,
    zAt,
    get ready() {
      return Boolean(codes);
    },
    row: () => ({ title: run.title, canvas: strip.canvas }),
  };
}
