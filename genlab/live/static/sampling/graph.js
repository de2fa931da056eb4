// The graph from x to x': every operation with its live numbers for a few latents, and the line of code that does it.

import { element, scrolledByKeys } from "../core/dom.js";
import { figure, signed } from "../core/format.js";
import { digit, put } from "../shared/digits.js";

// The numbers' columns in the order in which they are computed, and what stands before each.
const COLUMNS = /** @type {const} */ ([
  ["log_variance", ""], ["sigma", "→"], ["eps", "×"], ["mean", "+"], ["z", "→"],
]);

/**
 * @typedef {object} Pass what is computed on the way from x to x'
 * @property {Float32Array} x
 * @property {Float32Array} mean
 * @property {Float32Array} deviation
 * @property {Float32Array} eps
 * @property {Float32Array} z
 * @property {Float32Array} rebuilt
 */

// data.code: [parts, line] of each line of code that computes these. Returns what ends it.
/** @param {Element} parent @param {any} data */
export function mountCode(parent, { labels, code }) {
  const lines = element(parent, "ol", "gl-sam-code");
  for (const [parts, line] of code) element(element(lines, "li", "", "", { "data-part": parts }), "code", "", line);
  return scrolledByKeys(lines, labels.code);
}

// data.labels.columns: [symbol, where it comes from] by column.
/** @param {Element} parent @param {any} data */
export function mountGraph(parent, { labels }) {
  const graph = element(parent, "div", "gl-sam-graph");
  const x = picture("x", labels.x);
  element(graph, "span", "gl-sam-arrow", "→", { "aria-hidden": "true" });
  const table = element(graph, "table", "gl-sam-numbers");
  element(table, "caption", "gl-sam-hidden", labels.latents);
  const head = element(element(table, "thead"), "tr");
  const body = element(table, "tbody");
  element(graph, "span", "gl-sam-arrow", "→", { "aria-hidden": "true" });
  const rebuilt = picture("rebuilt", labels.rebuilt);

  element(head, "td");
  for (const [name, before] of COLUMNS) {
    if (before) element(head, "td", "gl-sam-before", before, { "aria-hidden": "true" });
    const cell = element(head, "th", `gl-sam-of-${name}`, "", { scope: "col", "data-part": name });
    element(cell, "b", "", labels.columns[name][0]);
    element(cell, "small", "", labels.columns[name][1]);
  }

  /** @type {{latent: number, cells: Record<string, HTMLElement>}[]} */
  let rows = [];

  /** @param {string} name @param {string} label */
  function picture(name, label) {
    const box = element(graph, "figure", `gl-sam-picture gl-sam-of-${name}`, "", { "data-part": name });
    const canvas = digit(box, `${label}: ${labels.told_ink}`, `sampling-${name}`);
    element(box, "figcaption", "", label);
    return canvas;
  }

  return {
    // latents: which are shown; nats: what each says of x, on average.
    /** @param {number[]} latents @param {number[]} nats */
    rows(latents, nats) {
      body.replaceChildren();
      rows = latents.map((latent, place) => {
        const kind = place === latents.length - 1 ? "gl-sam-least" : "";
        const row = element(body, "tr", kind, "", { "data-testid": `sampling-latent-${place + 1}` });
        const name = element(row, "th", "", "", { scope: "row" });
        element(element(name, "i", "", "z"), "sub", "", latent + 1);
        element(name, "small", "", `${figure(nats[place], 1)} ${labels.nats}`);
        /** @type {Record<string, HTMLElement>} */
        const cells = {};
        for (const [column, before] of COLUMNS) {
          if (before) element(row, "td", "gl-sam-before", before, { "aria-hidden": "true" });
          cells[column] = element(row, "td", `gl-sam-of-${column}`, "", { "data-value": column });
        }
        return { latent, cells };
      });
    },
    /** @param {Pass} pass */
    show(pass) {
      put(x, pass.x);
      put(rebuilt, pass.rebuilt);
      for (const { latent, cells } of rows) {
        const deviation = pass.deviation[latent];
        cells.log_variance.textContent = signed(2 * Math.log(deviation));
        cells.sigma.textContent = figure(deviation);
        cells.eps.textContent = signed(pass.eps[latent]);
        cells.mean.textContent = signed(pass.mean[latent]);
        cells.z.textContent = signed(pass.z[latent]);
      }
    },
  };
}
