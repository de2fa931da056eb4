// Walks through the latent space of a run, beside the shipped runs of the other families: what lies between two codes.

import { createState, listOf, oneOf, within } from "../core/address.js";
import { mounted } from "../core/component.js";
import { element, onResize } from "../core/dom.js";
import { onTheme } from "../core/theme.js";
import { createModel, fetchExamples } from "../shared/nets/models.js";
import { mountArithmetic } from "./arithmetic.js";
import { mountBetween } from "./between.js";
import { mountTake } from "./files.js";
import { mountHoles } from "./holes.js";
import { createJobs } from "./pieces.js";
import { mountPoints } from "./points.js";
import { ROWS, mountTraversals } from "./traversals.js";

/** @typedef {import("./types.js").Changes} Changes */
/** @typedef {import("./types.js").Context} Context */
/** @typedef {import("./types.js").Example} Example */
/** @typedef {import("./types.js").Model} Model */
/** @typedef {import("./types.js").Part} Part */
/** @typedef {import("./types.js").PartName} PartName */
/** @typedef {import("./types.js").Values} Values */
/** @typedef {import("./types.js").WalksData} WalksData */

/** @type {Record<PartName, (root: Element, context: Context) => Part>} */
const PARTS = { between: mountBetween, arithmetic: mountArithmetic, traversals: mountTraversals, holes: mountHoles };
const CLOUD = 1000; // codes that a walk between points may begin at
// Classes whose first held-out example is shown to a first visitor; of points, codes.
const USUAL = { from: 2, to: 7, base: 5, plus: 8, minus: 3, rows: [0, 1, 2, 3, 4, 7] };

export const mount = mounted(
  (/** @type {WalksData} */ data) => [data.runs.map(({ id }) => id), data.language],
  ({ data, parentElement }) => createView(data, parentElement),
);

// What the address may say, and what holds where it says nothing.
/** @param {WalksData} data @param {Example[] | null} examples */
function fieldsOf({ runs, parts, classes }, examples) {
  const latents = runs.find((run) => run.chosen)?.latents ?? 1;
  const index = within(0, (examples?.length ?? CLOUD) - 1);
  // Where there is no such class, as many examples on.
  /** @param {number} label */
  const first = (label) => {
    const found = examples?.findIndex((example) => example.label === label) ?? label;
    return found >= 0 ? found : Math.min(label, (examples?.length ?? CLOUD) - 1);
  };
  const label = within(0, Math.max(0, classes.length - 1));
  /** @param {number} wanted */
  const usual = (wanted) => Math.min(wanted, Math.max(0, classes.length - 1));
  return {
    walk: { kind: oneOf(...parts), usual: parts[0] },
    from: { kind: index, usual: first(USUAL.from) },
    to: { kind: index, usual: first(USUAL.to) },
    t: { kind: within(0, 1, false), usual: 0.5 },
    random: { kind: within(0, 9999), usual: 0 },
    base: { kind: index, usual: first(USUAL.base) },
    plus: { kind: label, usual: usual(USUAL.plus) },
    minus: { kind: label, usual: classes.length > USUAL.plus ? USUAL.minus : 0 },
    s: { kind: within(-2, 2, false), usual: 1 },
    rank: { kind: within(1, latents), usual: 1 },
    rows: { kind: listOf(index, ROWS), usual: USUAL.rows.map(first) },
    plane: { kind: oneOf("axes", "latents"), usual: /** @type {Values["plane"]} */ ("axes") },
    spot: { kind: listOf(within(0, 100), 2), usual: [50, 50] },
  };
}

/** @param {WalksData} data @param {Element} parent */
function createView(data, parent) {
  const { labels, base } = data;
  parent.querySelectorAll(".gl-walks").forEach((old) => old.remove());
  const root = element(parent, "div", "gl-walks", "", { "data-testid": "walks" });
  const tabs = element(root, "div", "gl-walk-tabs", "", { role: "tablist", "aria-label": labels.parts });
  const place = element(root, "div", "gl-walk-part");
  const take = mountTake(root, base, labels);
  const parts = data.parts;
  const jobs = createJobs();
  /** @type {Map<Model, () => void>} */
  const headings = new Map();
  /** @type {Part | null} */
  let part = null;
  /** @type {string | null} */
  let shown = null;
  let alive = true;
  /** @type {Context | null} */
  let context = null;

  /** @param {Model} model @param {string} what */
  const news = (model, what) => {
    headings.get(model)?.();
    if (what !== "problem") part?.model(model);
  };
  const models = data.runs.map((run) => createModel(base, run, news, () => root.isConnected));
  // Without a prior, where a model's codes lie is what |z| is compared with.
  if (data.kind === "images") models.filter(({ run }) => !run.prior).forEach((model) => model.wantAtlas());

  // A model's name above its pictures, and in plain words what is wrong with it.
  /** @param {HTMLElement} box @param {Model} model */
  function heading(box, model) {
    const { run } = model;
    const title = element(box, "h4", "", run.title);
    element(title, "small", "", run.caption);
    const trouble = element(box, "p", "gl-walk-trouble gl-trouble", "", { role: "status" });
    const say = () => {
      trouble.textContent = labels[model.problem ?? ""] ?? "";
      box.dataset.problem = model.problem ?? "";
    };
    headings.set(model, say);
    say();
  }

  function offer() {
    take.offer(part?.take() ?? null);
  }

  function open() {
    if (!context) return;
    const wanted = context.state.values.walk;
    if (wanted === shown) return;
    shown = wanted;
    part?.destroy();
    jobs.stop();
    headings.clear();
    place.replaceChildren();
    take.offer(null);
    for (const tab of tabs.children) tab.setAttribute("aria-selected", String(tab.getAttribute("data-part") === wanted));
    part = (data.kind === "points" ? mountPoints : PARTS[wanted])(place, context);
  }

  if (parts.length > 1) {
    for (const name of parts) {
      const tab = element(tabs, "button", "", labels[`part_${name}`], { type: "button", role: "tab" });
      Object.assign(tab.dataset, { part: name, testid: `walk-part-${name}` });
      tab.addEventListener("click", () => context?.state.set({ walk: name }));
    }
  }
  if (data.missing) element(root, "p", "gl-walk-note", data.missing);

  async function begin() {
    /** @type {Example[] | null} */
    let examples = null;
    if (data.kind === "images") {
      element(place, "p", "gl-walk-note", labels.loading);
      examples = await fetchExamples(base, data.examples).catch(() => null);
      if (!alive) return;
      if (!examples) return place.replaceChildren(element(null, "p", "gl-walk-note", labels.noExamples));
    }
    const state = createState(fieldsOf(data, examples), (_values, changes) => {
      if (changes.walk) open();
      else part?.changed(changes);
    }, "walks");
    context = { labels, classes: data.classes, models, examples: examples ?? [], state, jobs, heading, offer };
    open();
  }

  const unwatch = onResize([root], () => part?.resized());
  onTheme(root, () => part?.resized());
  begin();

  return {
    root,
    destroy() {
      alive = false;
      unwatch();
      part?.destroy();
      jobs.stop();
      context?.state.destroy();
      models.forEach((model) => model.destroy());
      root.remove();
    },
  };
}
