// Explicit and implicit models of the same examples, one above the other: what each says of a place, and what it draws.
import { mounted } from "../core/component.js";
import { element } from "../core/dom.js";
import { onAct, publish } from "../core/stage.js";
import { bestNormal, drawn, emStep, logLikelihood, towards } from "../maths/likelihood.js";
import { compile, logDensity } from "../maths/mixtures/mixtures.js";
import { uniforms } from "../maths/random.js";
import { createGan, createVae } from "./models.js";
import { mountRow } from "./row.js";

/** @typedef {import("./row.js").ExplicitData} ExplicitData */
/** @typedef {import("./row.js").RowName} RowName */
/** @typedef {import("../maths/mixtures/mixtures.js").Component} Component */
/** @typedef {import("../maths/mixtures/mixtures.js").Mixture} Mixture */

const EXAMPLES = 1000;
const MANY = 1000;
const NEAR = 0.05; // how far from a place examples and draws are counted
const MIXTURE = [{ mean: -0.2, std: 0.4, weight: 0.5 }, { mean: 0.2, std: 0.4, weight: 0.5 }];
const NORMAL = { mean: [-1, 1], std: [0.17, 1] };
const RATE = 0.06; // of the way to the best normal, a picture
const EM_EVERY = 3; // pictures
const SETTLED = 1e-4;
const MOST_PICTURES = 400;

export const mount = mounted(
  (data) => data.language,
  ({ data, parentElement }) => createView(data, parentElement),
);

/** @param {ExplicitData} data @param {Element} parent */
function createView(data, parent) {
  const { words, truth } = data;
  for (const old of parent.querySelectorAll(".gl-ex")) old.remove();
  const root = element(parent, "div", "gl-ex", "", { "data-testid": "explicit" });
  const random = uniforms(data.state.seed ?? Math.floor(Math.random() * 1e9));
  const others = { vae: createVae(data.curves), gan: createGan(data.curves) };
  let examples = fresh();
  /** @type {Component} */
  let normal = { mean: 0.6, std: 0.2, weight: 1, ...data.state.normal };
  let mixture = MIXTURE;
  let at = data.state.x ?? 0;
  let pictures = 0;
  let frame = 0;
  let settled = 1;
  let lastMove = 1;

  function fresh() {
    return Float64Array.from({ length: EXAMPLES }, () => drawn(truth, random));
  }

  const bar = element(root, "div", "gl-ex-bar");
  /** @param {string} name @param {() => void} act */
  const button = (name, act, main = false) => {
    const made = element(bar, "button", main ? "gl-ex-main" : "", words[name], { type: "button", "data-testid": `explicit-${name}` });
    made.addEventListener("click", act);
    return made;
  };
  button("fit", () => fit(), true);
  button("one", () => draw(1));
  button("many", () => draw(MANY));
  button("again", () => {
    examples = fresh();
    forget();
  });

  /** @param {RowName} name */
  const row = (name) => mountRow(root, name, data, ask);
  const rows = { data: row("data"), normal: row("normal"), mixture: row("mixture"), bounded: row("bounded"), implicit: row("implicit") };
  const hands = { mean: mountHand("mean"), std: mountHand("std") };
  const foot = element(root, "label", "gl-ex-foot");
  element(foot, "span", "", words.place);
  const slider = element(foot, "input", "", "", { type: "range", min: -1.5, max: 1.5, step: 0.01, "data-testid": "explicit-x" });
  slider.setAttribute("aria-label", words.place);
  slider.addEventListener("input", () => ask(Number(slider.value)));
  const value = element(foot, "output", "");

  // The normal's two numbers under the hand.
  /** @param {"mean" | "std"} name */
  function mountHand(name) {
    const [min, max] = NORMAL[name];
    const label = element(rows.normal.hands, "label", "", words[name]);
    const range = element(label, "input", "", "", { type: "range", min, max, step: 0.01, "data-testid": `explicit-${name}` });
    range.setAttribute("aria-label", words[name]);
    range.addEventListener("input", () => {
      rest();
      normal = { ...normal, [name]: Number(range.value) };
      forget();
    });
    return range;
  }

  /** @param {number} x */
  function ask(x) {
    at = Math.max(-1.5, Math.min(1.5, x));
    show();
  }

  /** @param {number} count */
  function draw(count) {
    /** @type {[ReturnType<typeof row>, () => number][]} */
    const from = [
      [rows.normal, () => drawn([normal], random)], [rows.mixture, () => drawn(mixture, random)],
      [rows.bounded, () => others.vae.drawn(random)], [rows.implicit, () => others.gan.drawn(random)],
    ];
    for (const [row, one] of from) row.add(Array.from({ length: count }, one));
    show();
  }

  // What was drawn from a model that has changed since is no longer its own.
  function forget() {
    for (const row of [rows.normal, rows.mixture]) row.forget();
    show();
  }

  function fit() {
    rest();
    settled = 0;
    pictures = 0;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) while (!settled) step();
    else frame = requestAnimationFrame(function next() {
      if (!root.isConnected) return;
      step();
      if (!settled) frame = requestAnimationFrame(next);
    });
    show();
  }

  function fitted() {
    rest();
    [normal] = bestNormal(examples);
    mixture = MIXTURE;
    for (let k = 0; k < MOST_PICTURES; k++) mixture = emStep(mixture, examples);
  }

  function step() {
    const [best] = bestNormal(examples);
    normal = towards(normal, best, RATE);
    let moved = Math.abs(normal.mean - best.mean) + Math.abs(normal.std - best.std);
    if (pictures % EM_EVERY === 0) {
      const next = emStep(mixture, examples);
      moved += Math.max(...next.map((part, k) => Math.abs(part.mean - mixture[k].mean) + Math.abs(part.std - mixture[k].std)));
      mixture = next;
      lastMove = moved;
    }
    pictures += 1;
    if (Math.max(moved, lastMove) < SETTLED || pictures >= MOST_PICTURES) {
      normal = best;
      settled = 1;
    }
    forget();
  }
  function rest() {
    cancelAnimationFrame(frame);
    frame = 0;
    settled = 1;
  }

  function numbers() {
    /** @param {Mixture} parts */
    const p = (parts) => Math.exp(logDensity(compile(parts), at));
    return {
      x: at, examples: EXAMPLES, settled, mean: normal.mean, std: normal.std,
      normal_likelihood: logLikelihood([normal], examples), mixture_likelihood: logLikelihood(mixture, examples),
      normal: p([normal]), mixture: p(mixture), truth: p(truth),
      vae: Math.exp(others.vae.bound(at)), belief: others.gan.belief(at), belief_peak: others.gan.belief(0.6),
      draws: rows.implicit.draws.length, near: rows.implicit.near(at, NEAR), near_data: near(examples),
    };
  }

  /** @param {Float64Array} values */
  const near = (values) => values.reduce((count, x) => count + Number(Math.abs(x - at) <= NEAR), 0);

  function show() {
    const known = numbers();
    slider.value = String(at);
    value.textContent = `x = ${plain(at, 2)}`;
    hands.mean.value = String(normal.mean);
    hands.std.value = String(normal.std);
    rows.data.show({ at, examples, answer: fill(words.counted, { n: known.near_data }), note: words.ofExamples });
    rows.normal.show({ at, examples, curve: (x) => Math.exp(logDensity(compiled.normal, x)), answer: `p(x) = ${density(known.normal)}`,
                       note: fill(words.mean_log, { n: plain(known.normal_likelihood, 2) }) });
    rows.mixture.show({ at, examples, curve: (x) => Math.exp(logDensity(compiled.mixture, x)), answer: `p(x) = ${density(known.mixture)}`,
                        note: fill(words.mean_log, { n: plain(known.mixture_likelihood, 2) }) });
    rows.bounded.show({ at, examples, curve: (x) => Math.exp(others.vae.bound(x)), answer: `p(x) ≥ ${density(known.vae)}`, note: words.bound });
    rows.implicit.show({ at, examples, answer: words.none, note: words.drawsOnly });
    root.dataset.settled = String(known.settled);
    publish("explicit", { state: { x: at, normal }, numbers: known });
  }

  const compiled = {
    get normal() {
      return compile([normal]);
    },
    get mixture() {
      return compile(mixture);
    },
  };

  const off = onAct("explicit", (state) => {
    rest();
    if (state.normal) normal = { ...normal, ...state.normal };
    if (state.x !== undefined) at = state.x;
    if (state.fitted) fitted();
    if (state.fit) mixture = MIXTURE;
    if (state.draws) {
      for (const row of Object.values(rows)) row.forget();
      draw(state.draws);
    }
    if (state.fit) fit();
    else show();
  }, root);
  rest();
  show();

  return {
    language: data.language,
    destroy() {
      rest();
      off();
      root.remove();
    },
  };
}

/** @param {string} text @param {Record<string, string | number>} values */
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
/** @param {number} value @param {number} digits */
const plain = (value, digits) => value.toFixed(digits).replace(/^-(?=[0.]*$)/, "").replace("-", "−");
/** @param {number} value */
const density = (value) => (value >= 0.0005 ? value.toFixed(3) : "0.000");
