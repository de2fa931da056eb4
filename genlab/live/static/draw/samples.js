// Which z is decoded: the mean, or one of six draws from q(z|x); the formula with its numbers; the way to the explorer.

import { link as presentLink } from "../core/address.js";
import { element } from "../core/dom.js";
import { signed } from "../core/format.js";
import { sample } from "../maths/code.js";
import { zToText } from "../maths/latent/plane.js";
import { draws as drawn } from "../maths/random.js";
import { clear, digit, put } from "../shared/digits.js";

/** @typedef {import("./index.js").DrawData} DrawData */
/** @typedef {import("../shared/nets/models.js").Code} Code */
/** @typedef {import("../shared/nets/models.js").Model} Model */

const DRAWS = 6;
const QUICK_MS = 2; // a decoder that takes longer draws the six only when the hand pauses
const PAUSE_MS = 120;
const BELOW = "₀₁₂₃₄₅₆₇₈₉";

// onChange(): another z is to be shown. Returns {choose(code) -> z, paint(model), say(), link(z), clear()}.
/** @param {Element} parent @param {DrawData} data @param {{latent: number}} chart @param {() => void} onChange */
export function createSamples(parent, data, chart, onChange) {
  const { labels } = data;
  const root = element(parent, "div", "gl-draw-samples");
  /** @type {Code | null} */
  let code = null;
  /** @type {Float32Array[]} */
  let eps = [];
  /** @type {Float32Array<ArrayBuffer>[]} */
  let draws = []; // the six z
  let chosen = 0; // 0: the mean; 1 to 6: a draw
  let timer = 0;
  let cost = 0;
  /** @type {{place: HTMLElement, canvas: HTMLCanvasElement}[]} */
  const tiles = [];

  if (data.deviations) {
    const again = element(root, "button", "", labels.resample, { type: "button", "data-testid": "draw-resample" });
    again.addEventListener("click", () => {
      eps = eps.map(({ length }) => drawn(length, data.run.noise));
      if (!chosen) chosen = 1;
      onChange();
    });
    const strip = element(root, "div", "gl-draw-strip", "", { role: "group", "aria-label": labels.strip });
    for (let i = 0; i <= DRAWS; i++) {
      const name = i ? `ε ${i}` : "μ";
      const title = i ? labels.aDraw : labels.theMean;
      const place = element(strip, "button", "", "", { type: "button", "data-testid": `draw-sample-${i}`, title });
      const canvas = digit(place, ""); // the button has the words
      element(place, "span", "", name);
      place.addEventListener("click", () => {
        chosen = i;
        onChange();
      });
      tiles.push({ place, canvas });
    }
  }
  const formula = element(root, "output", "gl-draw-formula", "", { "data-testid": "draw-formula", "aria-live": "off" });
  const explore = element(root, "a", "gl-draw-explore", labels.explore, { "data-testid": "draw-explore" });

  /** @param {Code} next */
  function choose(next) {
    code = next;
    const { mean, deviation } = next;
    if (!deviation) return mean;
    const { length } = mean;
    if (eps[0]?.length !== length) {
      eps = Array.from({ length: DRAWS }, () => drawn(length, data.run.noise));
      draws = eps.map(() => new Float32Array(length));
    }
    draws.forEach((z, i) => sample({ mean, deviation }, eps[i], z));
    return chosen ? draws[chosen - 1] : mean;
  }

  /** @param {Model} model */
  function paint(model) {
    say();
    if (!tiles.length || !code?.deviation) return;
    tiles.forEach(({ place }, i) => place.setAttribute("aria-pressed", String(i === chosen)));
    clearTimeout(timer);
    if (cost > QUICK_MS) timer = setTimeout(() => paintStrip(model), PAUSE_MS);
    else paintStrip(model);
  }

  /** @param {Model} model */
  function paintStrip(model) {
    if (!code) return;
    const { mean } = code;
    const began = performance.now();
    tiles.forEach(({ canvas }, i) => put(canvas, model.decode(i ? draws[i - 1] : mean)));
    cost = (performance.now() - began) / tiles.length;
  }

  function say() {
    if (!code) return;
    const { latent } = chart;
    const below = [...String(latent + 1)].map((figure) => BELOW[Number(figure)]).join("");
    const mean = code.mean[latent];
    if (!code.deviation) {
      formula.textContent = `z${below} = ${signed(mean).trim()}`;
      return;
    }
    const deviation = code.deviation[latent];
    const noise = chosen ? eps[chosen - 1][latent] : 0;
    const bracketed = noise < 0 ? `(${signed(noise).trim()})` : signed(noise).trim();
    const result = signed(mean + deviation * noise).trim();
    const numbers = `${signed(mean).trim()} + ${deviation.toFixed(2)} · ${bracketed} = ${result}`;
    formula.textContent = `z${below} = μ${below} + σ${below} ε${below} = ${numbers}`;
  }

  return {
    choose,
    paint,
    say,
    clear() {
      code = null;
      clearTimeout(timer);
      formula.textContent = "";
      explore.removeAttribute("href");
      tiles.forEach(({ canvas }) => clear(canvas));
    },
    /** @param {Float32Array} z */
    link(z) {
      const address = new URL(presentLink());
      address.searchParams.set("view", "explore");
      address.searchParams.set("run", data.run.id);
      address.searchParams.set("z", zToText(z));
      explore.href = address.href;
    },
  };
}
