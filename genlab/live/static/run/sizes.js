// The error against N: PCA's line on the run's data, the visitor's own and the shipped runs of that data as dots, and this
// run's at the moment that is shown.
import { mountCurves } from "../shared/curves/curves.js";
import { whileSeen } from "../shared/visitor/seen.js";
import { place } from "./pictures.js";

/** @typedef {import("../core/lab.js").Point} Point */

const HEIGHT = 250;

// address: the run's; latents: its N; data.pca.sizes: {terms, caption}; after: as of the curves. Returns {pca(errors),
// show(error of the moment), look()}.
/** @param {Element} parent @param {any} data @param {{address: string, after: Promise<void>}} options */
export function mountSizes(parent, data, { address, after }) {
  const { terms, caption, latents, most } = data.pca.sizes;
  const box = parent.appendChild(document.createElement("figure"));
  box.dataset.of = "sizes";
  box.dataset.testid = "sizes";
  box.style.order = place("sizes");
  box.hidden = true; // until PCA's line is there
  const chart = box.appendChild(document.createElement("div"));
  box.appendChild(document.createElement("figcaption")).textContent = caption;
  const labels = { ...data.labels, step: "N" };
  const curves = mountCurves(chart, { terms, labels, run: data.run }, { height: HEIGHT, after, across: "N" });
  /** @type {Point[]} */
  let line = [];
  /** @type {Point[]} */
  let others = [];
  /** @type {number | undefined} */
  let error;
  let stale = false; // others have trained meanwhile
  const seen = whileSeen(box, () => {
    if (stale) fetchOthers();
    draw();
  });

  async function fetchOthers() {
    stale = false;
    const answer = await fetch(`${address}/sizes`).catch(() => null);
    if (!answer?.ok) return; // the run's own poll says so
    const { runs } = await answer.json();
    others = runs.map((/** @type {[number, number, boolean, boolean]} */ [n, reached, linear, mine]) => [
      n, { [linear ? "linear" : mine ? "mine" : "shipped"]: reached }]);
    draw();
  }

  function draw() {
    if (!line.length || !seen.now) return;
    /** @type {Point[]} */
    const own = error === undefined ? [] : [[latents, { this: error }]];
    curves.draw([...line, ...others, ...own].sort(([one], [other]) => one - other), []);
  }

  return {
    /** @param {ArrayLike<number>} errors of 0, 1, ... components */
    pca(errors) {
      line = Array.from(errors).slice(0, Math.max(most, latents) + 1).map((pca, n) => [n, { pca }]);
      box.hidden = false;
      stale = true;
      if (seen.now) fetchOthers();
    },
    /** @param {number | undefined} present */
    show(present) {
      if (present === error) return;
      error = present;
      draw();
    },
    // The others may have come further.
    look() {
      stale = true;
      if (seen.now) fetchOthers();
    },
    recolour: () => curves.recolour(),
    destroy: () => seen.destroy(),
  };
}
