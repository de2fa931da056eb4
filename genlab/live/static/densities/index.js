// Two mixtures of normals on a line, moved by hand: every divergence between them follows within the frame.
import { createPart, givenPart, link } from "../core/address.js";
import { copyText } from "../core/clipboard.js";
import { mounted } from "../core/component.js";
import { element, onResize } from "../core/dom.js";
import { onAct, publish } from "../core/stage.js";
import { onTheme } from "../core/theme.js";
import { MOST, clamp, withOneMore, without } from "../maths/mixtures/mixture_edits.js";
import { beyond, toMiddle } from "../maths/mixtures/mixture_parts.js";
import { compile, discriminator, divergences, logDensity } from "../maths/mixtures/mixtures.js";
import { button } from "./button.js";
import { HEIGHT, MARGIN, draw, integrandOver, place, sample } from "./draw.js";
import { mountFit } from "./fit.js";
import { createHands } from "./hands.js";
import { createNudge, remember, remembered } from "./nudge.js";
import { mountNumbers } from "./numbers.js";
import { tellDensities } from "./said.js";
import { createScales, wantedScales } from "./scales.js";
import { mountSlide } from "./slide.js";
import { OURS, REACH, format, fromAddress, preset, presetOf, toAddress } from "./state.js";

/** @typedef {import("../maths/mixtures/mixtures.js").Mixture} Mixture */
/** @typedef {import("./state.js").DensitiesData} DensitiesData */
/** @typedef {import("./state.js").NumberKey} NumberKey */
/** @typedef {import("./state.js").Values} Values */
/** @typedef {import("./hands.js").Name} Name */

const AROUND = 376; // pixels of a laptop's window above and below the picture
const TALLEST = 624;
const reduced = matchMedia("(prefers-reduced-motion: reduce)");

export const mount = mounted(
  (data) => data.language,
  ({ data, parentElement }) => createView(data, parentElement),
);

/** @param {DensitiesData} data @param {Element} parent */
function createView(data, parent) {
  const { labels } = data;
  const terms = Object.fromEntries(data.numbers.map((term) => [term.key, term]));
  const words = /** @type {import("./draw.js").Picture["labels"]} */ ({ ...labels, numbers: terms });
  // In a chapter the state is what the chapter says, and there is no link to it.
  const part = data.given ? givenPart(data.given) : createPart(OURS, (query) => {
    fit.forget();
    slide.stop();
    take(query);
    request();
  }, "densities");
  let { p, q, number, sliding, probe } = fromAddress(part.begin);
  /** @type {NumberKey | null} */
  let lit = null;
  let hinted = !remembered();
  let heldTop = 0;
  let scheduled = 0;
  let atOnce = true;
  /** @type {string | null} */
  let before = null;

  parent.classList.add("gl-dn-room");
  const root = element(parent, "div", "gl-dn");
  const presets = element(root, "div", "gl-dn-presets");
  presets.setAttribute("role", "group");
  const chips = data.presets.map(({ key, title }) => {
    const chip = button(presets, title, `preset-${key}`, () => {
      ({ p, q, number, sliding } = preset(key));
      atOnce = true;
      fit.forget();
      slide.stop();
      changed();
    });
    return { key, chip };
  });
  const copy = button(presets, labels.copy, "copy-link", copyLink);
  copy.hidden = Boolean(data.given);
  const sentence = element(root, "p", "gl-dn-see");
  sentence.dataset.testid = "what-to-see";
  sentence.setAttribute("role", "status");
  const grid = element(root, "div", "gl-dn-grid");
  const left = element(grid, "div", "gl-dn-left");
  const legend = element(left, "div", "gl-dn-legend");
  const counts = /** @type {Name[]} */ (["p", "q"]).map((name) => {
    const box = element(legend, "span", `gl-dn-name gl-dn-of-${name}`);
    element(box, "b", "", labels[name]);
    const fewer = button(box, "−", `remove-${name}`, () => remove(name, hands.chosen(name)), `${labels.remove}: ${name}`);
    const more = button(box, "+", `add-${name}`, () => set(name, withOneMore(name === "p" ? p : q)), `${labels.add}: ${name}`);
    return { name, fewer, more };
  });
  button(legend, `⇄ ${labels.swap}`, "swap", () => {
    [p, q] = [q, p];
    fit.forget();
    slide.stop();
    changed();
  });
  const stage = element(left, "div", "gl-dn-stage");
  const canvas = element(stage, "canvas");
  canvas.dataset.testid = "densities";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", labels.picture);
  const foot = element(left, "div", "gl-dn-foot");
  const fit = mountFit(foot, labels, button, {
    begin(key) {
      slide.stop();
      number = key;
      request();
      return { p, q };
    },
    ended: () => queueMicrotask(changed), // when its last q has been taken over
  });
  const right = element(grid, "div", "gl-dn-right");
  const numbers = mountNumbers(element(right, "div", "gl-dn-numbers"), data.numbers, labels, {
    light(key) {
      lit = key;
      request();
    },
    choose(key) {
      number = key;
      changed();
    },
  });
  const slideBox = element(right, "div", "gl-dn-slide");
  const slide = mountSlide(slideBox, labels.slide, terms, (moved) => set("q", moved));
  const scales = createScales();
  const nudge = createNudge(root, request, hinted && OURS.every((name) => !part.begin.has(name)));
  const aside = () => (nudge.shift() ? q.map((part) => ({ ...part, mean: part.mean + nudge.shift() })) : q);
  const hands = createHands(stage, labels, {
    hinted: () => hinted && !fit.key(),
    get: () => ({ p, q: aside() }),
    /** @param {Name} name @param {Mixture} mixture @param {number} mean */
    set(name, mixture, mean) {
      probe = mean;
      if (hinted) remember();
      hinted = false;
      slide.stop();
      set(name, mixture);
    },
    top: () => scales.now.top || 1,
    remove,
    grasp() {
      heldTop = scales.now.top;
      fit.stop();
    },
    release() {
      heldTop = 0;
      request();
    },
  });

  /** @param {Name} name @param {Mixture} mixture */
  function set(name, mixture) {
    if (name === "p") p = mixture;
    else q = mixture;
    sliding &&= p.length + q.length === 2;
    fit.forget();
    changed();
  }

  /** @param {Name} name @param {number} index */
  function remove(name, index) {
    set(name, without(name === "p" ? p : q, index));
  }

  function changed() {
    request();
    keepAddress();
  }

  /** @param {URLSearchParams} query */
  function take(query) {
    ({ p, q, number, sliding, probe } = fromAddress(query));
  }

  // What is asked for from elsewhere on the page, in the words of the address; what it does not name stays.
  /** @param {Record<string, string>} asked */
  function act(asked) {
    /** @type {Record<string, string>} */
    const present = asked.preset ? {} : { p: format(p), q: format(q), number };
    fit.forget();
    slide.stop();
    take(new URLSearchParams({ ...present, at: String(probe), ...asked }));
    changed();
  }

  /** @param {number} [place] */
  function keepAddress(place) {
    part.set(toAddress({ p, q, number, sliding }, place));
  }

  function request() {
    scheduled ||= requestAnimationFrame(frame);
  }

  function frame() {
    scheduled = 0;
    if (!root.isConnected || !stage.clientWidth) return;
    const begun = performance.now();
    q = fit.descend() ?? q;
    nudge.advance();
    const arrived = update();
    root.dataset.ms = String(performance.now() - begun);
    if (!arrived || fit.busy() || nudge.active()) request();
  }

  function update() {
    const [densityP, densityQ] = [compile(p), compile(aside())];
    const ghost = fit.ghost();
    const values = { ...divergences(densityP, densityQ),
                     d_star: discriminator(logDensity(densityP, probe), logDensity(densityQ, probe)) };
    const ink = getComputedStyle(root).color;
    const columns = sample(densityP, densityQ, stage.clientWidth);
    const shown = lit && lit !== "d_star" ? lit : number;
    const curve = integrandOver(shown, densityP, densityQ, columns);
    const peaks = Math.max(...[...p, ...q, ...(ghost ?? [])].map((part) => part.weight / (part.std * Math.sqrt(2 * Math.PI))));
    const wanted = wantedScales(columns, curve, peaks, heldTop);
    const arrived = scales.follow(wanted, atOnce || shown !== before || reduced.matches);
    [atOnce, before] = [false, shown];
    draw(canvas, { p: densityP, q: densityQ, number: shown, columns, values: curve, scales: scales.now, probe, lit, ink,
                   labels: words, beyond: beyond(shown, densityP, densityQ, REACH),
                   ghost: ghost && compile(ghost), fitted: fit.key() });
    hands.settle(); // it asks for sizes: before the numbers are written, for which the page has to be laid out again
    numbers.show(values, probe, toMiddle(densityP, densityQ));
    numbers.choose(number);
    tellDensities(canvas, labels, data.numbers, () => ({ p, q, values, probe }));
    settleControls(values);
    publish("densities", { state: { p: format(p), q: format(q), number }, numbers: values });
    return arrived;
  }

  /** @param {Values} values */
  function settleControls(values) {
    const name = presetOf({ p, q, sliding });
    for (const { key, chip } of chips) chip.setAttribute("aria-pressed", String(key === name && !fit.key()));
    const many = q.length > 1 ? "_many" : "";
    const text = labels.see[fit.key() ? `fit_${fit.key()}${many}` : (name ?? "free")];
    if (sentence.textContent !== text) sentence.textContent = text;
    for (const { name: its, fewer, more } of counts) {
      const size = (its === "p" ? p : q).length;
      fewer.disabled = size === 1;
      more.disabled = size === MOST;
    }
    fit.show(values);
    root.dataset.fit = fit.state();
    const ghost = fit.ghost();
    root.dataset.ghost = ghost ? format(ghost) : "";
    const panel = sliding && !fit.key();
    root.classList.toggle("gl-dn-sliding", panel);
    if (panel) slide.show(p, q, values);
  }

  async function copyLink() {
    keepAddress(probe);
    await copyText(link());
    copy.textContent = labels.copied;
    setTimeout(() => (copy.textContent = labels.copy), 1500);
  }

  /** @param {PointerEvent} event */
  function ask(event) {
    if (hands.dragging()) return;
    const pixels = event.clientX - stage.getBoundingClientRect().left;
    probe = clamp(place(stage.clientWidth).toX(Math.max(MARGIN.left, pixels)), [-REACH, REACH]);
    request();
  }
  stage.addEventListener("pointermove", ask);
  stage.addEventListener("pointerdown", ask);

  // A tall screen has a taller picture, where it is a wide one too (index.css).
  function resize() {
    const wide = getComputedStyle(grid).getPropertyValue("--gl-wide") === "1";
    stage.style.height = `${wide ? clamp(innerHeight - AROUND, [HEIGHT, TALLEST]) : HEIGHT}px`;
  }

  const unwatch = onResize([stage], () => {
    atOnce = true;
    request();
  });
  const unlisten = onAct("densities", act, root);
  onTheme(root, request);
  window.addEventListener("resize", resize);
  resize();

  return {
    root,
    language: data.language,
    destroy() {
      unlisten();
      unwatch();
      window.removeEventListener("resize", resize);
      nudge.end();
      part.destroy();
      cancelAnimationFrame(scheduled);
      slide.stop();
      root.remove();
    },
  };
}
