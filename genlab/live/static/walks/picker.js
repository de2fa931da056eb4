// A choice among held-out digits: a class, then one of its examples.

import { element } from "../core/dom.js";
import { digit, put } from "../shared/digits.js";
import { chooser } from "./pieces.js";

/** @typedef {import("./types.js").Context} Context */

const SHOWN = 24;

// onPick(index) with the index of an example; what is chosen stands in state.values[name].
/** @param {Element} root @param {string} label @param {Context} context @param {"base" | "from" | "to"} name
 * @param {(index: number) => void} onPick */
export function mountPicker(root, label, { labels, examples, classes, state }, name, onPick) {
  const box = element(root, "div", "gl-walk-picker");
  const present = [...new Set(examples.map((example) => example.label))].sort((a, b) => a - b);
  const filter = chooser(box, label, present.map((value) => /** @type {[number, string]} */ ([value, classes[value] ?? String(value)])), (value) => {
    const first = examples.find((example) => example.label === Number(value));
    if (first) onPick(first.index);
  }, `pick-class-${name}`);
  filter.hidden = present.length < 2;
  const words = `${label}: ${labels.examples}`;
  const strip = element(box, "div", "gl-walk-examples", "", { role: "group", "aria-label": words });
  /** @type {number | null} */
  let shown = null;
  /** @type {Map<number, HTMLElement>} */
  let buttons = new Map();

  /** @param {number} value */
  function fill(value) {
    shown = value;
    buttons = new Map();
    strip.replaceChildren();
    for (const { index, pixels } of examples.filter((example) => example.label === value).slice(0, SHOWN)) {
      const button = element(strip, "button", "", "", { type: "button", "data-testid": `pick-${name}-${index}` });
      button.setAttribute("aria-label", `${classes[value] ?? label}, ${index + 1}`);
      put(digit(button, ""), pixels);
      button.addEventListener("click", () => onPick(index));
      buttons.set(index, button);
    }
  }

  function show() {
    const chosen = examples[state.values[name]];
    if (chosen.label !== shown) fill(chosen.label);
    filter.value = String(chosen.label);
    for (const [index, button] of buttons) button.setAttribute("aria-pressed", String(index === chosen.index));
  }

  show();
  return { show };
}
