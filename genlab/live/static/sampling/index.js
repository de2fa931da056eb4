// z is drawn, step by step: a digit, what the encoder says of it, a draw of eps, and what the decoder makes of z.

import { mounted } from "../core/component.js";
import { element } from "../core/dom.js";
import { onAct, publish } from "../core/stage.js";
import { sample } from "../maths/code.js";
import { draws } from "../maths/random.js";
import { SIDE, digit, put } from "../shared/digits.js";
import { drawnDigit } from "../shared/visitor/drawn.js";
import { createModel, fetchExamples } from "../shared/nets/models.js";
import { whileSeen } from "../shared/visitor/seen.js";
import { mountCode, mountGraph } from "./graph.js";
import { mountStrip } from "./strip.js";

/** @typedef {import("../shared/nets/models.js").Model} Model */
/** @typedef {{index: number, label: number, pixels: Float32Array}} Example */

const MOST = 4; // latents that are shown: those that say most of x, and the one that says least
const MANY = 20;
const ROW = 10; // examples that stand beside each other, one of each class where that many are
const FOLLOW_MS = 5000; // a graph is read, not watched
const OWN = -1; // the person's own drawing, among the examples
const FIRST = 3; // the class of the digit to begin with

export const mount = mounted(
  (data) => data,
  ({ data, parentElement }) => {
    parentElement.querySelectorAll(".gl-sam").forEach((old) => old.remove());
    return createView(data, parentElement);
  },
);

/** @param {any} data @param {Element} parent */
function createView(data, parent) {
  const { labels, base } = data;
  parent.classList.add("gl-sam-room");
  const root = element(parent, "div", "gl-sam", "", { "data-testid": "sampling" });
  const digits = element(root, "div", "gl-sam-digits", "", { role: "group", "aria-label": labels.choose });
  const graph = mountGraph(root, data);
  const buttons = element(root, "div", "gl-sam-buttons");
  const status = element(root, "p", "gl-sam-status", labels.wait, { role: "status" });
  const strip = mountStrip(root, labels);
  const unscrolled = mountCode(root, data);

  /** @type {Example[]} */
  let examples = [];
  let turn = 0;
  /** @type {Example | null} */
  let chosen = null;
  let frozen = false;
  let drawn = 0; // how often eps was drawn for this digit
  let eps = draws(data.run.latents, data.run.noise);
  /** @type {{mean: Float32Array, deviation: Float32Array} | null} */
  let code = null;
  /** @type {number[]} */
  let shown = [];

  /** @param {string} name @param {() => void} act */
  function button(name, act, main = false) {
    const attributes = { type: "button", "data-testid": `sampling-${name}` };
    const node = element(buttons, "button", main ? "gl-sam-main" : "", labels[name], attributes);
    node.addEventListener("click", act);
    return node;
  }
  button("resample", () => resample(1), true);
  button("resampleMany", () => resample(MANY));
  button("zero", () => {
    eps = new Float32Array(data.run.latents);
    show(true);
  });
  const freeze = button("freeze", () => {
    frozen = !frozen;
    freeze.setAttribute("aria-pressed", String(frozen));
  });
  freeze.setAttribute("aria-pressed", "false");
  freeze.title = labels.freezeSays;

  // It may stand below what else a page shows: nothing is fetched for it until it is looked at.
  const seen = whileSeen(root, () => {
    if (!examples.length) load();
    model.look();
  });
  const model = createModel(base, data.run, (_model, what) => {
    status.textContent = model.problem ? (labels[model.problem] ?? labels.offline) : "";
    if (what === "atlas") chooseLatents();
    if (what === "nets") code ? follow() : pick(chosen);
  }, () => root.isConnected, { inSight: () => seen.now, follow: FOLLOW_MS });
  model.wantAtlas();

  async function load() {
    const found = await fetchExamples(base, data.examples).catch(() => null);
    if (!found) return void (status.textContent = labels.offline);
    examples = found;
    showDigits();
    pick(examples.find(({ label }) => label === FIRST) ?? examples[0]);
  }

  function chooseLatents() {
    const order = Array.from(model.atlas?.get("order")?.data ?? [], Number);
    shown = order.length > MOST ? [...order.slice(0, MOST), order[order.length - 1]] : order;
    graph.rows(shown, Array.from(shown, (j) => Number(model.atlas?.get("importance")?.data[j])));
    show(false);
  }

  function showDigits() {
    const present = new Set(examples.map(({ label }) => label)).size;
    const classes = present > 1 && present <= ROW ? present : ROW;
    const own = drawnDigit();
    digits.replaceChildren();
    const row = examples.slice(turn * classes, (turn + 1) * classes);
    for (const example of own ? [...row, { index: OWN, label: OWN, pixels: own }] : row) {
      const numbered = example.index === OWN ? labels.own : `${labels.choose} ${example.index + 1}`;
      const name = data.classes[example.label] ?? numbered;
      const node = element(digits, "button", "", "", {
        type: "button", "aria-label": name, "data-testid": `sampling-digit-${example.index === OWN ? "own" : example.label}`,
        "aria-pressed": String(example.index === chosen?.index),
      });
      node.dataset.index = String(example.index);
      put(digit(node, ""), example.pixels);
      node.addEventListener("click", () => pick(example));
    }
    const said = { type: "button", title: labels.others, "aria-label": labels.others };
    const others = element(digits, "button", "gl-sam-others", "↻", said);
    others.addEventListener("click", () => {
      turn = (turn + 1) % Math.max(1, Math.floor(examples.length / classes));
      showDigits();
    });
  }

  // Another digit has another q(z|x); eps is drawn anew for it, unless it is frozen.
  /** @param {Example | null} example */
  function pick(example) {
    chosen = example;
    for (const node of digits.querySelectorAll("[data-index]")) {
      node.setAttribute("aria-pressed", String(node.getAttribute("data-index") === String(example?.index)));
    }
    if (!example || !model.ready) return;
    code = coded(example);
    strip.clear();
    drawn = 0;
    if (!frozen) eps = draws(data.run.latents, data.run.noise);
    show(true);
  }

  // The same digit and the same eps, by weights that have learned meanwhile.
  function follow() {
    if (!chosen) return;
    code = coded(chosen);
    show(false);
  }

  /** @param {Example} example */
  function coded(example) {
    const { mean, deviation } = model.code(example.pixels);
    return { mean, deviation: deviation ?? new Float32Array(mean.length) };
  }

  /** @param {number} times */
  function resample(times) {
    if (!code) return;
    for (let i = 0; i < times; i++) {
      eps = draws(data.run.latents, data.run.noise);
      show(true);
    }
  }

  // anew: z is another one, whose picture joins those before.
  /** @param {boolean} anew */
  function show(anew) {
    if (!code || !chosen) return;
    const z = sample(code, eps, new Float32Array(eps.length));
    const rebuilt = Float32Array.from(model.decode(z));
    if (rebuilt.length !== SIDE * SIDE) return;
    graph.show({ x: chosen.pixels, ...code, eps, z, rebuilt });
    if (anew) {
      drawn += 1;
      strip.add(rebuilt);
    }
    root.dataset.ready = String(shown.length > 0);
    root.dataset.drawn = String(drawn);
    const { mean, deviation } = code;
    const [first = 0] = shown;
    publish("sampling", {
      state: { digit: chosen.label, frozen },
      numbers: { digit: chosen.label, drawn, mean: mean[first], sigma: deviation[first], eps: eps[first], z: z[first] },
    });
  }

  // digit: a class; resample: so many times.
  /** @param {{digit?: number, resample?: number}} asked */
  function act({ digit: label, resample: times = 0 }) {
    const example = examples.find((one) => one.label === Number(label));
    if (example) pick(example);
    if (times > 0) resample(Math.min(MANY, Number(times)));
    else show(false);
  }

  const deaf = onAct("sampling", act, root);

  return {
    root,
    destroy() {
      deaf();
      model.destroy();
      seen.destroy();
      unscrolled();
      root.remove();
    },
  };
}
