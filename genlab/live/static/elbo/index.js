// A linear Gaussian VAE with every term exact: move q, and the ELBO and its gap always add up to log p(x).
import { createState, oneOf, within } from "../core/address.js";
import { mounted } from "../core/component.js";
import { element, onResize } from "../core/dom.js";
import { exact, figure } from "../core/format.js";
import { onAct, publish } from "../core/stage.js";
import { fill } from "../core/words.js";
import { climb, iwaeGap, marginal, posterior, terms } from "../maths/bound.js";
import { mountFormula } from "../shared/formula.js";
import { explainSymbols } from "../shared/symbols.js";
import { mountBars } from "./bars.js";
import { mountPicture } from "./picture.js";
import { LIMITS, SITUATIONS, USUAL } from "./settings.js";

/** @typedef {import("./settings.js").Name} Name */
/** @typedef {import("./settings.js").Numbers} Numbers */
/** @typedef {Partial<Numbers> & {climb?: boolean, posterior?: boolean, area?: string}} Asked by an act */
/**
 * @typedef {object} Labels what genlab/views/measure/linear_gaussian.py says
 * @property {Record<Name, string>} sliders
 * @property {Record<string, string>} legend
 * @property {Record<string, string>} names of the terms
 * @property {Record<string, string>} tells of a situation
 */
/**
 * @typedef {object} ElboData what genlab/views/measure/linear_gaussian.py makes
 * @property {string} language
 * @property {Record<string, string> & Labels} labels
 * @property {import("../shared/formula.js").FormulaTerm[]} terms
 * @property {import("../shared/formula.js").Piece[]} formula
 * @property {string} slip MathML and words
 * @property {Record<string, string> | null} given
 */

const NAMES = /** @type {Name[]} */ (Object.keys(LIMITS));

const RATE = 0.07; // of a step of the climb, one a picture
const CLOSED = 5e-5; // nats: a gap below it is shown as 0
const NEAR = 0.05; // nats: a smaller gap leaves nothing to climb
const DIGITS = 1e6; // what the address keeps of a number
const CHAIN_REACH = 40; // nats: with a gap above it the importance weighted bounds are not drawn
const FRESH = { mu: -1.1, sigma: 0.7 }; // where a climb begins whose q is at the top already: so far beside it

// data.given: the state to begin with, as the address would have it, in a chapter; null on a page of its own.
export const mount = mounted(
  (data) => data.language,
  ({ data, parentElement }) => createView(data, parentElement),
);

/** @param {number} value */
const round = (value) => Math.round(value * DIGITS) / DIGITS;

// Three digits after the point, always, so that nothing jumps and a sum can be checked by eye.
/** @param {number} value */
const fixed = (value) => figure(value, Math.abs(value) >= 1000 ? 1 : 3);

/** @param {ElboData} data @param {Element} parent */
function createView(data, parent) {
  const { labels } = data;
  parent.querySelectorAll(".gl-lg").forEach((old) => old.remove());
  parent.classList.add("gl-lg-room");
  const root = element(parent, "div", data.given ? "gl-lg gl-lg-given" : "gl-lg");
  root.dataset.testid = "elbo";
  /** @param {Name} name */
  const field = (name) => ({ kind: within(...LIMITS[name], false), usual: USUAL[name] });
  const fields = {
    x: field("x"), w: field("w"), s: field("s"), mu: field("mu"), sigma: field("sigma"),
    area: { kind: oneOf("", "1"), usual: "" }, // whether the integral of p(x) is drawn
  };
  /** @type {import("../core/address.js").State<import("./settings.js").Settings>} */
  const state = createState(fields, (_values, _changes, returned) => {
    if (returned) rest();
    show();
  }, data.given ? null : "elbo", data.given);
  let climbing = 0;
  let moving = false; // by an act that has not come to rest
  let lit = false; // the words beside a stage point at the integral
  let begun = terms(state.values); // where the last climb began

  const buttons = element(root, "div", "gl-lg-buttons");
  /** @param {string} name @param {() => void} act @param {boolean} [main] */
  const button = (name, act, main) => {
    const node = element(buttons, "button", main ? "gl-lg-main" : "", labels[name]);
    node.type = "button";
    node.dataset.testid = `elbo-${name}`;
    node.addEventListener("click", act);
    return node;
  };
  const climbButton = button("climb", () => (climbing ? rest() : ascend()), true);
  button("toPosterior", () => byHand(atPosterior()));
  button("toPrior", () => byHand({ mu: 0, sigma: 1 }));
  const choice = element(buttons, "label", "gl-lg-choice", labels.situation);
  const select = element(choice, "select");
  select.dataset.testid = "elbo-situation";
  const option = (/** @type {string} */ name) => Object.assign(element(select, "option", "", labels[name]), { value: name });
  for (const name of Object.keys(SITUATIONS)) option(name);
  option("own").hidden = true; // it cannot be chosen, only reached
  select.addEventListener("change", () => byHand({ ...USUAL, ...SITUATIONS[select.value] }));

  const area = button("area", () => state.set({ area: state.values.area ? "" : "1" }));
  area.dataset.part = "marginal";

  const stage = element(root, "div", "gl-lg-stage");
  const left = element(stage, "div", "gl-lg-left");
  const sliders = element(stage, "div", "gl-lg-sliders");
  const ranges = NAMES.map((name) => {
    const [low, high] = LIMITS[name];
    const label = element(sliders, "label", `gl-lg-slider gl-lg-of-${name}`);
    element(label, "span", "", labels.sliders[name]);
    const value = element(label, "output");
    const range = element(label, "input");
    Object.assign(range, { type: "range", min: low, max: high, step: 0.01 });
    range.dataset.testid = `elbo-${name}`;
    range.setAttribute("aria-label", labels.sliders[name]);
    range.addEventListener("input", () => byHand({ [name]: Number(range.value) }));
    return { name, range, value };
  });

  const legend = element(left, "div", "gl-lg-legend");
  for (const [name, text] of Object.entries(labels.legend)) {
    const entry = element(legend, "span", "gl-lg-entry");
    element(entry, "i", `gl-lg-swatch gl-lg-swatch-${name}`);
    entry.append(text);
  }
  const picture = mountPicture(left, { labels, limits: LIMITS, onMove: byHand });
  const right = element(stage, "div", "gl-lg-right");
  const formula = mountFormula(element(right, "div", "gl-formula"), data, fixed);
  const bars = mountBars(right, { labels });
  const sentence = element(right, "p", "gl-lg-sentence");
  sentence.dataset.testid = "elbo-sentence";
  const note = element(root, "div", "gl-lg-note");
  note.hidden = Boolean(data.given); // in a chapter it has its time: once the gap has been closed
  note.insertAdjacentHTML("beforeend", data.slip); // our own words and MathML, from the server
  explainSymbols(note);
  const slipNumber = /** @type {HTMLOutputElement} */ (note.querySelector("output")); // it stands in these words

  root.addEventListener("term", (event) => {
    const { detail } = /** @type {CustomEvent<string | null>} */ (event);
    formula.light(detail);
    bars.light(detail);
  });

  function atPosterior() {
    const exact = posterior(state.values);
    return { mu: exact.mean, sigma: exact.std };
  }

  /** @param {Partial<Numbers>} changes */
  function change(changes) {
    /** @type {Partial<Numbers>} */
    const allowed = {};
    for (const name of NAMES) {
      const [low, high] = LIMITS[name];
      const value = changes[name];
      if (value !== undefined) allowed[name] = round(Math.max(low, Math.min(high, value)));
    }
    state.set(allowed);
  }

  /** @param {Partial<Numbers>} changes */
  function byHand(changes) {
    if ("mu" in changes || "sigma" in changes) rest();
    change(changes);
  }

  function rest() {
    cancelAnimationFrame(climbing);
    climbing = 0;
    moving = false;
    climbButton.textContent = labels.climb;
  }

  function ascend() {
    begun = terms(state.values);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return byHand(atPosterior());
    climbButton.textContent = labels.stop;
    const step = () => {
      if (!root.isConnected) return;
      const { mu, sigma } = state.values;
      climbing = requestAnimationFrame(step);
      change(climb(state.values, RATE));
      const moved = mu !== state.values.mu || sigma !== state.values.sigma;
      if (moved && terms(state.values).klPosterior >= CLOSED) return;
      rest();
      show();
    };
    climbing = requestAnimationFrame(step);
  }

  // What is asked for from elsewhere on the page: new settings, from which it climbs, or q to be put at the posterior,
  // where that is asked, too. A climb begins where q stands, unless nothing is left to climb there.
  /** @param {Asked} asked */
  function act({ climb: climbs, posterior: closes, area: shown, ...asked }) {
    const known = NAMES.filter((name) => name in asked && Number.isFinite(Number(asked[name])));
    rest();
    moving = true;
    if (shown !== undefined) state.set({ area: shown });
    change(Object.fromEntries(known.map((name) => [name, Number(asked[name])])));
    if (climbs && terms(state.values).klPosterior < NEAR) {
      change({ mu: posterior(state.values).mean + FRESH.mu, sigma: FRESH.sigma });
    }
    if (climbs) return ascend();
    rest();
    change(closes ? atPosterior() : {});
  }

  function situation() {
    /** @param {Numbers} wanted */
    const has = (wanted) => /** @type {const} */ (["x", "w", "s"]).every((key) => wanted[key] === state.values[key]);
    return Object.keys(SITUATIONS).find((name) => has({ ...USUAL, ...SITUATIONS[name] })) ?? "own";
  }

  function show() {
    const settings = state.values;
    const all = terms(settings);
    const known = { log_px: all.logPx, elbo: all.elbo, kl_posterior: all.klPosterior,
                    reconstruction: all.reconstruction, kl_prior: all.klPrior };
    const chain = all.klPosterior > CHAIN_REACH ? null : {
      1: all.elbo,
      5: all.logPx - iwaeGap({ ...settings, posterior: all.posterior }, 5),
      50: all.logPx - iwaeGap({ ...settings, posterior: all.posterior }, 50),
    };
    for (const { name, range, value } of ranges) {
      range.value = String(settings[name]);
      value.textContent = exact(settings[name], climbing ? 2 : 4); // while it climbs, nothing jumps
    }
    select.value = situation();
    area.setAttribute("aria-pressed", String(Boolean(settings.area)));
    formula.show(known);
    picture.show({ ...settings, area: settings.area || lit }, all);
    bars.show(all, chain);
    const closed = all.klPosterior < CLOSED;
    const telling = select.value === "own" ? "usual" : select.value;
    sentence.textContent = closed ? labels.closed : labels.tells[telling];
    slipNumber.textContent = `${fixed(all.slip)} ${labels.nats}`;
    note.dataset.above = String(all.slip > all.logPx);
    note.hidden &&= !closed || moving;
    const said = Object.entries(known).map(([key, value]) => `${labels.names[key]} ${fixed(value)}`).join(", ");
    const { mean, std } = all.posterior;
    const numbers = { ...settings, mean, deviation: std };
    const inDigits = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, figure(Number(value))]));
    picture.describe(`${labels.pictureSays} ${fill(labels.told_bound, inDigits)}`);
    bars.describe(`${said} ${labels.nats}`);
    root.dataset.terms = JSON.stringify({ ...known, chain });
    root.dataset.climbing = String(climbing > 0);
    publish("elbo", { state: { ...settings }, numbers: {
      ...known, chain, slip: all.slip, area: marginal(settings), log_px_start: begun.logPx, elbo_start: begun.elbo,
      gap_start: begun.klPosterior, settled: climbing || moving ? 0 : 1 } });
  }

  /** @param {Event} event */
  function point(event) {
    const { detail } = /** @type {CustomEvent<{name: string, on: boolean}>} */ (event);
    if (detail.name !== "marginal") return;
    lit = detail.on;
    show();
  }

  const unwatch = onResize([left, right], () => {
    picture.resize(left.clientWidth, getComputedStyle(stage).gridTemplateColumns.split(" ").length === 1);
    bars.resize(right.clientWidth);
  });
  const deaf = onAct("elbo", act, root);
  addEventListener("genlab:light", point);
  show();

  return {
    language: data.language,
    destroy() {
      rest();
      deaf();
      removeEventListener("genlab:light", point);
      state.destroy();
      unwatch();
      root.remove();
    },
  };
}
