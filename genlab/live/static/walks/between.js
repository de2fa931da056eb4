// A walk between two digits: straight and spherical, for several models at once, every picture decoded here.

import { element } from "../core/dom.js";
import { figure } from "../core/format.js";
import { evenly } from "../maths/paths.js";
import { FINE, PATH_NAMES, createColumn } from "./column.js";
import { filmOf, sheet, thereAndBack } from "./files.js";
import { mountPicker } from "./picker.js";
import { slider } from "./pieces.js";

/** @typedef {import("./types.js").Changes} Changes */
/** @typedef {import("./types.js").Context} Context */
/** @typedef {import("./types.js").Model} Model */

/** @param {Element} root @param {Context} context */
export function mountBetween(root, context) {
  const { labels, models, state, jobs, offer } = context;
  const top = element(root, "div", "gl-walk-ends");
  const pickers = /** @type {const} */ (["from", "to"]).map((end) =>
    mountPicker(top, labels[end], context, end, (index) => state.set({ [end]: index, random: 0 })));
  /** @param {number} t */
  const move = (t) => state.set({ t: Math.round(t * 100) / 100 });
  const handle = slider(root, "t", { min: 0, max: 1, step: 0.01, testid: "walk-t" }, move);
  handle.input.setAttribute("aria-label", labels.handle);
  const grid = element(root, "div", "gl-walk-models");
  const columns = models.map((model) => createColumn(grid, model, context, move));
  element(root, "p", "gl-walk-note", labels.betweenNote);
  let frame = 0;

  function paint() {
    frame = 0;
    const { t } = state.values;
    handle.show(t, figure(t));
    for (const column of columns) column.paint(t);
  }

  function moved() {
    if (!frame) frame = requestAnimationFrame(paint);
  }

  /** @param {Model} [model] */
  function rebuild(model) {
    for (const column of columns) {
      if (!model || column.model === model) jobs.run(`walk ${column.model.run.id}`, column.rebuild(moved, offer));
    }
    moved();
  }

  rebuild();

  return {
    /** @param {Changes} changes */
    changed(changes) {
      pickers.forEach((picker) => picker.show());
      if (Object.keys(changes).every((name) => name === "t")) moved();
      else rebuild();
    },
    model: rebuild,
    resized: moved,
    destroy: () => cancelAnimationFrame(frame),
    take() {
      const ready = columns.filter((column) => column.ready);
      if (!ready.length) return null;
      return {
        name: `walk-${state.values.from}-${state.values.to}`,
        png: () => sheet(ready.flatMap((column) => column.rows())),
        film: () => filmOf(thereAndBack(evenly(FINE)).map((t) =>
          PATH_NAMES.map((path) => ready.map((column) => column.at(path, t))))),
        csv: ready.map(({ model, csv }) => /** @type {[string, string, () => string]} */ ([
          model.run.family.toUpperCase(), `walk-${model.run.id}`, csv])),
      };
    },
  };
}
