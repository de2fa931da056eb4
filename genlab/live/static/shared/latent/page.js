// The elements of the hand on latent space, and their style: a picture, a plane, sliders.

import { signed } from "../../core/format.js";
import { COLORS } from "../../core/palette.js";
import { fill } from "../../core/words.js";

/** @typedef {ReturnType<typeof latentPage>} Page */
/** @typedef {ReturnType<typeof sliderRow>} Row */

export const PLANE_PIXELS = 672;

const STYLE = `
.latent { --ink: var(--st-text-color, #31333f); --line: var(--st-border-color, #d5d6db);
  --panel: var(--st-secondary-background-color, #f0f2f6); --paper: var(--st-background-color, #fff);
  box-sizing: border-box; width: 100%; color: var(--ink); font: .875rem/1.4 var(--st-font, system-ui, sans-serif);
  font-variant-numeric: tabular-nums; display: grid; gap: 16px; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 260px), 1fr)); }
.latent *, .latent *::before { box-sizing: border-box; }
.latent .picture, .latent .ground { width: 100%; max-width: 420px; margin: 0 auto; border: 1px solid var(--line);
  border-radius: 6px; background: var(--panel); }
.latent canvas { display: block; width: 100%; }
.latent .picture { aspect-ratio: 1; image-rendering: pixelated; }
.latent .picture.smooth { image-rendering: auto; }
.latent .ground { position: relative; container-type: inline-size; }
.latent .plane { touch-action: none; cursor: crosshair; }
.latent .codes, .latent .handle { position: absolute; left: 0; top: 0; pointer-events: none; }
.latent .handle { will-change: transform; }
.latent .handle::before { content: ""; position: absolute; width: 20px; height: 20px; margin: -10px; border-radius: 50%;
  background: ${COLORS.latent}; border: 3px solid #fff; box-shadow: 0 0 3px #0008; }
.latent :focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
.latent .axes { display: flex; flex-wrap: wrap; gap: 4px 16px; min-height: 32px; align-items: center; margin-top: 6px; }
.latent .controls { min-width: 0; }
.latent .row { display: grid; grid-template-columns: 3.2em 1fr 3.6em; gap: 8px; align-items: center; min-height: 32px; }
.latent .row output { text-align: right; }
.latent input[type=range] { appearance: none; width: 100%; min-width: 0; height: 28px; margin: 0; background: none;
  cursor: pointer; --track: linear-gradient(var(--ink), var(--ink)) center / 1px 100% no-repeat var(--line); }
.latent input::-webkit-slider-runnable-track { height: 4px; border-radius: 2px; background: var(--track); }
.latent input::-moz-range-track { height: 4px; border-radius: 2px; background: var(--track); }
.latent input::-webkit-slider-thumb { appearance: none; width: 18px; height: 18px; margin-top: -7px; border: 0;
  border-radius: 50%; background: ${COLORS.latent}; }
.latent input::-moz-range-thumb { width: 18px; height: 18px; border: 0; border-radius: 50%;
  background: ${COLORS.latent}; }
.latent button, .latent select { font: inherit; color: inherit; background: var(--paper); min-height: 32px;
  border: 1px solid var(--line); border-radius: 6px; padding: 4px 12px; cursor: pointer; }
.latent button:hover { border-color: var(--ink); }
.latent .buttons { display: flex; flex-wrap: wrap; gap: 8px; margin-bottom: 8px; }
.latent summary { cursor: pointer; min-height: 32px; padding: 5px 0; }
.latent .told { display: flex; gap: 8px; align-items: center; margin-bottom: 8px; }
.latent .hidden-sliders { max-height: 260px; overflow-y: auto; }
.latent .values { display: block; margin-top: 8px; padding: 8px; height: 5.2em; overflow-y: auto; user-select: all;
  overflow-wrap: anywhere; background: var(--panel); border-left: 3px solid ${COLORS.latent}; border-radius: 4px;
  contain: strict; }
.latent .status { min-height: 2.8em; max-width: 420px; margin: 6px auto 0; }
.latent [hidden] { display: none; }
`;

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Record<string, string | number>} attributes @param {(Node | string)[]} children
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** @param {Record<string, string>} labels */
export function latentPage(labels) {
  /** @param {string} name */
  const testid = (name) => ({ "data-testid": `latent-${name}` });
  /** @param {string} name */
  const button = (name) => make("button", { type: "button", ...testid(name) }, labels[name]);
  const square = { width: PLANE_PIXELS, height: PLANE_PIXELS };
  const page = {
    style: make("style", {}, STYLE),
    status: make("p", { class: "status", role: "status", ...testid("status") }, labels.empty),
    picture: make("canvas", {
      class: "picture", role: "img", "aria-label": labels.image, width: 28, height: 28, ...testid("image"),
    }),
    plane: make("canvas", {
      class: "plane", role: "application", "aria-label": labels.plane, tabindex: 0, ...square, ...testid("plane"),
    }),
    codes: make("canvas", { class: "codes", "aria-hidden": "true", hidden: "", ...square, ...testid("codes") }),
    handle: make("div", { class: "handle" }),
    across: make("select", { "aria-label": labels.across }),
    up: make("select", { "aria-label": labels.up }),
    random: button("random"),
    mean: button("mean"),
    reset: button("reset"),
    sliders: make("div", { class: "sliders" }),
    hidden: make("div", { class: "hidden-sliders" }),
    values: make("output", {
      class: "values", tabindex: 0, "aria-label": labels.values, "aria-live": "off", ...testid("values"),
    }),
  };
  const more = make("details", { hidden: "", ...testid("more") }, make("summary", {}, labels.more), page.hidden);
  /** @param {string} label @param {Element} select */
  const choice = (label, select) => make("label", {}, `${label} `, select);
  const choices = [choice(labels.across, page.across), choice(labels.up, page.up)];
  const axes = make("div", { class: "axes", hidden: "" }, ...choices);
  const buttons = make("div", { class: "buttons" }, page.random, page.mean, page.reset);
  const left = make("div", { class: "seen" }, page.picture, page.status);
  const ground = make("div", { class: "ground" }, page.plane, page.codes, page.handle);
  const middle = make("div", { class: "mapped" }, ground, axes);
  const right = make("div", { class: "controls" }, buttons, page.sliders, more, page.values);
  const body = make("div", { class: "latent" }, left, middle, right);
  return { ...page, more, axes, buttons, left, middle, right, body };
}

// One latent's slider. Returns {row, show(value), range(low, high, value), worth(part, text, unused)}.
/** @param {number} latent @param {number} place @param {Record<string, string>} labels @param {(value: number) => void} onValue */
export function sliderRow(latent, place, labels, onValue) {
  const name = `z${latent + 1}`;
  const testid = `latent-slider-${place}`;
  const input = make("input", { type: "range", step: 0.01, "aria-label": fill(labels.told_latent, { name }), "data-testid": testid });
  const output = make("output", { "aria-live": "off" });
  const row = make("div", { class: "row" }, make("span", {}, name), input, output);
  const [share, told] = [make("i"), make("small")];
  const bar = make("span", { class: "bar" }, share, told);
  input.addEventListener("input", () => onValue(input.valueAsNumber));
  return {
    row,
    latent,
    /** @param {number} index */
    set place(index) {
      input.dataset.testid = `latent-slider-${index}`;
    },
    /** @param {number} value */
    show(value) {
      const text = signed(value);
      if (output.textContent === text) return;
      output.textContent = text;
      if (input.valueAsNumber !== value) input.value = value.toFixed(2);
    },
    /** @param {number} low @param {number} high @param {number} value */
    range(low, high, value) {
      Object.assign(input, { min: String(low), max: String(high) });
      input.value = value.toFixed(2);
    },
    // unused: the word for it, or false
    /** @param {number} part @param {string} text @param {string | false} unused */
    worth(part, text, unused) {
      if (!bar.isConnected) row.append(bar);
      share.style.width = unused ? "auto" : `${100 * part}%`;
      share.textContent = unused || "";
      told.textContent = text;
      row.classList.toggle("unused", Boolean(unused));
      row.dataset.worth = text;
    },
  };
}
