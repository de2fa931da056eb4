// The stage's elements: what stands where, and which words it carries. No behaviour beyond switching them.

import { BELIEFS } from "./scene.js";

const LOOK_MS = 200;
const LOOKS = 300;
const COLUMNS = 3; // of slow motion's stages

/** @typedef {import("./types.js").PlayData} PlayData */
/** @typedef {(parent: Element, text: string, testid: string, className?: string) => HTMLButtonElement} Button */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {Element} parent @param {T} tag @param {string} className @param {Record<string, string | number>} attributes
 */
function add(parent, tag, className, attributes = {}) {
  const node = parent.appendChild(document.createElement(tag));
  if (className) node.className = className;
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") node.textContent = String(value);
    else node.setAttribute(name, String(value));
  }
  return node;
}

// Which array of a frame a layer draws.
/** @type {Record<string, string>} */
const NEEDS = { fakes: "samples", field: "field", best: "best", difference: "best", grid: "grid", gradient: "gradient",
                reconstructions: "reconstructions" };

// What one player does while the other is held.
const ALONE = /** @type {[part: string, count: number][]} */ ([["discriminator", 10], ["discriminator", 100], ["generator", 10]]);

/** @param {Element} panel @param {string[]} players @param {any} labels @param {Button} button */
function mountAlone(panel, players, { title, steps, helps }, button) {
  const group = add(panel, "div", "gl-play-alone", { role: "group", "aria-label": title, "data-part": "alone" });
  return ALONE.filter(([part]) => players.includes(part)).map(([part, count]) => {
    const one = button(group, steps[part].replace("{n}", String(count)), `alone-${part}-${count}`);
    one.title = helps[part];
    return { part, count, button: one };
  });
}

// What is what on the stage, in words: of each layer that is on. Returns show(layers).
/** @param {Element} under @param {PlayData} data @returns {(layers: Set<string>) => void} */
function mountLegend(under, { labels, picture }) {
  const list = add(under, "ul", "gl-play-legend", { "aria-label": labels.legendTitle, "data-testid": "legend" });
  const entries = Object.fromEntries(picture.layers.map((name) => {
    const entry = add(list, "li", `gl-play-is-${name}`, { "data-testid": `legend-${name}` });
    add(entry, "i", `gl-play-key gl-play-key-${name}`, { "aria-hidden": "true" });
    entry.append(labels.layers[name][2]);
    return [name, entry];
  }));
  return (layers) => {
    for (const [name, entry] of Object.entries(entries)) entry.hidden = !layers.has(name);
  };
}

// All stages of a step in slow motion, from the first to the last: a button each.
/** @param {Element} under @param {PlayData} data */
function mountStages(under, { labels, picture }) {
  const list = add(under, "ol", "gl-play-stages", { "aria-label": labels.stagesTitle, "data-testid": "stages" });
  list.style.setProperty("--rows", String(Math.ceil(picture.stages.length / COLUMNS)));
  return picture.stages.map(({ title }, k) => {
    const stage = add(add(list, "li", ""), "button", "", { type: "button", "data-testid": `stage-${k + 1}` });
    add(stage, "b", "", { text: k + 1 });
    stage.append(title);
    return stage;
  });
}

/** @param {HTMLElement} root @param {PlayData} data */
export function build(root, data) {
  const { labels } = data;
  /** @type {Button} */
  const button = (parent, text, testid, className = "") =>
    add(parent, "button", `gl-play-button ${className}`, { type: "button", text, "data-testid": testid });

  const head = add(root, "section", "gl-head");
  const status = add(head, "div", "gl-status");
  const dot = add(status, "span", "gl-dot");
  const words = add(status, "span", "gl-words", { role: "status", text: data.run ? labels.loading : "" });
  const about = add(status, "span", "gl-play-about", { "data-testid": "about" });
  const away = add(status, "span", "gl-play-away", { role: "status", "data-testid": "away" });
  const toFan = data.fan.length && data.run ? button(status, labels.toFan, "to-fan") : null;
  const symptoms = add(head, "div", "");
  const says = add(head, "div", "");
  const centre = add(root, "section", "gl-play-centre");
  const problem = add(centre, "p", "gl-problem gl-trouble");
  /** @param {Element} parent @param {string} className @param {string} testid @param {string} label */
  const picture = (parent, className, testid, label) =>
    add(parent, "canvas", className, { role: "img", "aria-label": label, "data-testid": testid });
  const field = add(centre, "div", "gl-play-field");
  const canvas = picture(field, "gl-play-canvas", "playground", `${labels.canvas}. ${labels.pointer.keys}`);
  for (const [name, value] of [["role", "application"], ["tabindex", "0"]]) canvas.setAttribute(name, value);
  const under = add(centre, "div", "gl-play-under"); // the layers; in slow motion what the stage says
  const row = add(under, "div", "gl-play-layers", { role: "group", "aria-label": labels.layersTitle });
  /** @type {Record<string, HTMLButtonElement>} */
  const layers = {};
  for (const name of data.picture.layers) {
    layers[name] = button(row, labels.layers[name][0], `layer-${name}`, `gl-play-layer gl-play-is-${name}`);
    layers[name].title = labels.layers[name][1];
  }
  const legend = mountLegend(under, data);
  const line = add(centre, "div", "gl-play-line");
  const timeline = add(line, "div", "gl-timeline");
  const panel = add(centre, "div", "gl-play-slow");
  const alone = mountAlone(panel, data.players, labels.alone, button);
  const slow = button(panel, labels.slow, "slow");
  slow.setAttribute("aria-pressed", "false");
  const hint = add(panel, "span", "gl-play-hint", { text: labels.slowHint, role: "status", "data-testid": "hint" });
  const consent = add(panel, "div", "gl-play-walk", { hidden: "", role: "group", "aria-label": labels.slowAsk });
  add(consent, "span", "gl-play-hint", { text: labels.slowAsk });
  const agree = button(consent, labels.slowAgree, "slow-agree");
  const refuse = button(consent, labels.slowRefuse, "slow-refuse");
  const walk = add(panel, "div", "gl-play-walk", { hidden: "" });
  const stages = mountStages(under, data);
  const previous = button(walk, "◀", "slow-previous");
  previous.setAttribute("aria-label", labels.previous);
  const next = button(walk, "▶", "slow-next");
  next.setAttribute("aria-label", labels.next);
  const auto = button(walk, labels.auto, "slow-auto");
  const leave = button(walk, labels.leave, "slow-leave");
  const title = add(under, "strong", "gl-play-title", { "data-testid": "slow-title" });
  const sentence = add(under, "p", "gl-play-sentence", { "data-testid": "slow-sentence", "aria-live": "polite" });

  const side = add(root, "section", "gl-play-side");
  const overview = add(side, "div", "gl-play-overview");
  const graph = add(overview, "div", "gl-play-graph", { role: "group", "aria-label": labels.graph });
  const enlarge = button(overview, `⤢ ${labels.enlarge}`, "enlarge");
  const trio = add(side, "div", "gl-play-trio");
  /** @type {Record<string, HTMLCanvasElement>} */
  const beliefs = {};
  const believed = BELIEFS.filter((name) => data.picture.layers.includes(name));
  if (believed.length) {
    for (const name of believed) {
      const figure = add(trio, "figure", "");
      beliefs[name] = picture(figure, "", `belief-${name}`, labels.layers[name][1]);
      add(figure, "figcaption", "", { text: labels.layers[name][0], title: labels.layers[name][1] });
    }
    const scale = add(trio, "div", "gl-play-scale");
    for (const text of labels.scale) add(scale, "span", "", { text });
  }
  const narrow = window.matchMedia("(max-width: 760px)").matches; // there the values stand at the picture
  const values = add(narrow ? centre : side, "div", "gl-play-values", { "data-testid": "values" });
  if (narrow) field.after(values);
  const formula = add(side, "div", "gl-formula");
  const numbers = add(side, "div", "gl-play-numbers");
  const curves = add(side, "div", "gl-curves");
  const more = add(root, "details", "gl-play-more");
  add(more, "summary", "", { text: labels.moreCurves });
  const objective = add(more, "div", "gl-formula");
  const moreCurves = add(more, "div", "gl-curves");

  return {
    alone, dot, words, about, away, toFan, symptoms, says, problem, canvas, values, layers, timeline, slow, hint, consent, agree,
    refuse, walk, previous, next, auto, leave, title, sentence, stages, graph, enlarge, beliefs, formula, objective, numbers,
    curves, more, moreCurves,
    // Slow motion of a run that cannot be steered trains on a copy of it: not before one has said yes.
    /** @param {boolean} on */
    asks(on) {
      consent.hidden = !on;
      hint.hidden = on;
      if (on) agree.focus();
    },
    /** @param {Set<string>} on */
    press(on) {
      for (const [name, one] of Object.entries(layers)) one.setAttribute("aria-pressed", String(on.has(name)));
      legend(on);
    },
    /** @param {number} at @param {boolean} busy */
    walks(at, busy) {
      stages.forEach((stage, k) => {
        stage.disabled = busy;
        if (k === at) stage.setAttribute("aria-current", "step");
        else stage.removeAttribute("aria-current");
      });
    },
    // What this frame does not carry cannot be switched on: the button says so.
    /** @param {import("./types.js").Frame} frame */
    available(frame) {
      for (const [name, one] of Object.entries(layers)) {
        const missing = name in NEEDS && !frame[NEEDS[name]];
        one.disabled = missing;
        one.title = missing ? labels.missing : labels.layers[name][1];
      }
    },
    // Waits for a condition, urging on: a promise of whether it came true. Gives up where that is hopeless, when the
    // stage is gone, and after a minute: nobody looks at a picture that long for one step.
    /** @param {() => unknown} condition @param {() => void} urge @param {() => boolean} hopeless @returns {Promise<boolean>} */
    until(condition, urge, hopeless) {
      return new Promise((resolve) => {
        /** @param {number} left */
        const look = (left) => {
          if (condition()) return resolve(true);
          if (!left || !root.isConnected || hopeless()) return resolve(false);
          urge();
          setTimeout(() => look(left - 1), LOOK_MS);
        };
        look(LOOKS);
      });
    },
  };
}
