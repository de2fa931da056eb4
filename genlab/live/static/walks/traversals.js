// One latent moved from end to end under several digits: what does it mean, and does it mean the same for all?

import { element, scrolledByKeys } from "../core/dom.js";
import { figure } from "../core/format.js";
import { codesCsv, evenly, withLatent } from "../maths/paths.js";
import { noise } from "../maths/random.js";
import { fill } from "../core/words.js";
import { digit, put, rename } from "../shared/digits.js";
import { filmOf, sheet, thereAndBack } from "./files.js";
import { atlasOf, chosenOf, slider } from "./pieces.js";

/** @typedef {import("./types.js").Context} Context */
/** @typedef {import("./types.js").Model} Model */

export const ROWS = 6;
const COLUMNS = 13;
const REACH = 3;

/** @param {Element} root @param {Context} context */
export function mountTraversals(root, context) {
  const { labels, classes, examples, models, state, jobs, offer } = context;
  const model = chosenOf(models);
  const { run } = model;
  model.wantAtlas();
  const ends = { min: 1, max: run.latents, step: 1, testid: "walk-rank" };
  const handle = slider(root, labels.rank, ends, (rank) => state.set({ rank }));
  const said = element(root, "p", "gl-walk-said", "", { "data-testid": "traversal-said" });
  const stage = element(root, "div", "gl-walk-traversal");
  context.heading(stage, model);
  const body = element(stage, "div", "gl-walk-traversal-body");
  scrolledByKeys(body, labels.traversal);
  const heads = element(body, "div", "gl-walk-heads");
  const grid = digit(body, `${labels.traversal}: ${labels.told_ink}`, "traversal-grid", COLUMNS, ROWS);
  const below = element(stage, "div", run.encodes ? "gl-walk-scale gl-walk-indent" : "gl-walk-scale");
  const scale = ["low", "middle", "high"].map(() => element(below, "span"));
  element(root, "p", "gl-walk-note", run.encodes ? labels.traversalNote : labels.traversalNoise);
  const rows = Array.from({ length: ROWS }, (_, row) => createHead(row));
  if (!run.encodes) {
    const again = element(stage, "button", "gl-walk-random", labels.random, { type: "button" });
    again.addEventListener("click", () => state.set({ random: 1 + Math.floor(Math.random() * 9998) }));
  }
  /** @type {Float32Array[] | null} */
  let codes = null;

  // A click on a row's digit takes the next of its class, the choice below another class.
  /** @param {number} row */
  function createHead(row) {
    if (!run.encodes) return null;
    const box = element(heads, "div");
    const button = element(box, "button", "", "", { type: "button", title: labels.next, "aria-label": `${labels.next}, ${labels.row} ${row + 1}` });
    const canvas = digit(button, "");
    const select = element(box, "select", "", "", { "aria-label": `${labels.row} ${row + 1}` });
    const present = [...new Set(examples.map(({ label }) => label))].sort((a, b) => a - b);
    for (const label of present) element(select, "option", "", classes[label] ?? String(label), { value: label });
    select.hidden = present.length < 2;
    /** @param {number} index */
    const change = (index) => state.set({ rows: state.values.rows.map((old, i) => (i === row ? index : old)) });
    select.addEventListener("change", () => {
      const first = examples.find(({ label }) => label === Number(select.value));
      if (first) change(first.index);
    });
    button.addEventListener("click", () => {
      const now = state.values.rows[row];
      const same = examples.filter(({ label }) => label === examples[now].label);
      change(same[(same.findIndex(({ index }) => index === now) + 1) % same.length].index);
    });
    return (/** @type {number} */ index) => {
      put(canvas, examples[index].pixels);
      select.value = String(examples[index].label);
    };
  }

  function latent() {
    const order = atlasOf(model, "order");
    return Number(order[Math.min(state.values.rank, order.length) - 1]);
  }

  // From end to end: of a known prior, three deviations (or all of a uniform one); else of this model's own codes.
  /** @param {number} k @returns {[low: number, high: number]} */
  function range(k) {
    if (run.noise === "uniform") return [-1, 1];
    if (run.prior) return [-REACH, REACH];
    const means = atlasOf(model, "means");
    const count = means.length / run.latents;
    let sum = 0;
    let squares = 0;
    for (let i = k; i < means.length; i += run.latents) {
      sum += means[i];
      squares += means[i] ** 2;
    }
    const deviation = Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
    return [sum / count - REACH * deviation, sum / count + REACH * deviation];
  }

  const values = () => evenly(COLUMNS, ...range(latent()));

  function* rebuild() {
    rows.forEach((show, i) => show?.(state.values.rows[i]));
    if (!model.ready || !model.atlas?.has("order")) return;
    const seed = state.values.random || 1;
    const random = noise(seed, ROWS * run.latents, run.noise);
    codes = Array.from({ length: ROWS }, (_, i) => run.encodes
      ? model.encode(examples[state.values.rows[i]].pixels)
      : random.subarray(i * run.latents, (i + 1) * run.latents));
    const k = latent();
    const steps = values();
    handle.show(state.values.rank, `z${k + 1}`);
    const importance = model.atlas?.get("importance")?.data[k] ?? NaN;
    said.textContent = `z${k + 1}: ${labels.importance} ${figure(importance, 3)} (${run.importanceUnit})`;
    const [low, high] = [steps[0], steps[COLUMNS - 1]].map((value) => figure(value));
    rename(grid, `${labels.traversal}: ${fill(labels.told_range, { n: k + 1, low, high })}; ${labels.told_ink}`);
    scale[0].textContent = low;
    scale[1].textContent = `z${k + 1} = ${figure(steps[(COLUMNS - 1) / 2])}`;
    scale[2].textContent = high;
    for (let column = 0; column < COLUMNS; column++) {
      codes.forEach((code, row) => put(grid, model.decode(withLatent(code, k, steps[column])), column, row));
      yield;
    }
    offer();
  }

  const begin = () => jobs.run("traversal", rebuild());
  begin();

  return {
    changed: begin,
    /** @param {Model} changed */
    model(changed) {
      if (changed === model) begin();
    },
    resized() {},
    destroy() {},
    /** @returns {import("./types.js").Offer | null} */
    take() {
      if (!codes) return null;
      const [shown, k] = [codes, latent()];
      /** @param {Float32Array} code @param {number} value */
      const decoded = (code, value) => Float32Array.from(model.decode(withLatent(code, k, value)));
      return {
        name: `traversal-z${k + 1}`,
        png: () => {
          const [low, high] = range(k).map((z) => figure(z));
          return sheet([{ title: `${run.title}\nz${k + 1}: ${low} … ${high}`, canvas: grid }]);
        },
        film: () => filmOf(thereAndBack(evenly(33, ...range(k))).map((value) =>
          [shown.slice(0, 3), shown.slice(3)].map((row) => row.map((code) => decoded(code, value))))),
        csv: [/** @type {[string, string, () => string]} */ ([run.family.toUpperCase(), `traversal-${run.id}-z${k + 1}`, () =>
          codesCsv(["row", "value"], shown.flatMap((code, i) => values().map((value) =>
            /** @type {[(string | number)[], Float32Array]} */ ([[i + 1, value], withLatent(code, k, value)]))))])],
      };
    },
  };
}
