// What the stage's buttons do: which layers are on it, and the walk through one step.
import { BELIEFS } from "./scene.js";

// layers: the Set of those that are on, which a click changes; changed() after it.
/** @param {import("./types.js").Page} page @param {Set<string>} layers @param {any} labels @param {() => void} changed */
export function mountLayers(page, layers, labels, changed) {
  for (const [name, button] of Object.entries(page.layers)) {
    button.addEventListener("click", () => {
      const on = !layers.has(name);
      if (BELIEFS.includes(name)) BELIEFS.forEach((other) => layers.delete(other)); // one field at a time
      if (on) layers.add(name);
      else layers.delete(name);
      page.press(layers);
      changed();
    });
    // What a layer shows is said below the picture too: a finger and the keyboard see no title.
    for (const [event, said] of [["pointerenter", labels.layers[name][1]], ["focus", labels.layers[name][1]],
                                 ["pointerleave", labels.slowHint], ["blur", labels.slowHint]])
      button.addEventListener(event, () => (page.hint.textContent = said));
  }
  page.press(layers);
}

// begin(): slow motion is wanted; agreed(): also where it takes a run of one's own.
/** @param {import("./types.js").Page} page @param {import("./types.js").Slow} slow @param {() => void} begin @param {() => void} agreed */
export function mountSlowButtons(page, slow, begin, agreed) {
  page.slow.addEventListener("click", () => {
    if (slow.stage >= 0) return slow.leave();
    begin();
  });
  page.agree.addEventListener("click", () => {
    page.asks(false);
    agreed();
  });
  const refuse = () => {
    page.asks(false);
    page.slow.focus();
  };
  page.refuse.addEventListener("click", refuse);
  page.consent.addEventListener("keydown", ({ key }) => key === "Escape" && refuse());
  page.next.addEventListener("click", () => slow.next());
  page.previous.addEventListener("click", () => slow.previous());
  page.stages.forEach((button, k) => button.addEventListener("click", () => slow.go(k)));
  page.auto.addEventListener("click", () => slow.auto());
  page.leave.addEventListener("click", () => slow.leave());
}
