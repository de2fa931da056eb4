// A choice among held-out digits: a class, then one of its examples.

import { element } from "../core/dom.js";
import { digit, put } from "../shared/digits.js";
import { chooser } from "./pieces.js";

const SHOWN = 24;

// onPick(index) with the index of an example; what is chosen stands in state.values[name].
export function mountPicker(root, label, { labels, examples, classes, state }, name, onPick) {
  const box = element(root, "div", "gl-walk-picker");
  const present = [...new Set(examples.map((example) => example.label))].sort((a, b) => a - b);
  const filter = chooser(box, label, present.map((value) => [value, classes[value] ?? String(value)]), (value) => {
    onPick(examples.find((example) => example.label === Number(value)).index);
  }, `pick-class-${name}`);
  filter.hidden = present.length < 2;
  const words = `${label}: ${labels.examples}`;
  const strip = element(box, "div", "gl-walk-examples", "", { role: "group", "aria-label": words });
  let shown = null;
  let buttons = new Map();

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
