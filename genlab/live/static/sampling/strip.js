// The pictures of the last draws, the newest first.

import { element } from "../core/dom.js";
import { tell } from "../shared/told/told.js";
import { fill } from "../core/words.js";
import { digit, put } from "../shared/digits.js";

const KEPT = 20;

/** @param {Element} parent @param {Record<string, string>} labels */
export function mountStrip(parent, labels) {
  const box = element(parent, "figure", "gl-sam-before-now", "", { "data-part": "draws" });
  const said = { role: "img", "aria-label": labels.draws, "data-testid": "sampling-draws" };
  const row = element(box, "div", "gl-sam-strip", "", said);
  element(box, "figcaption", "", labels.draws);
  const told = () => tell(row, () => `${labels.draws}: ${fill(labels.told_draws, { n: row.children.length })}`);
  told();
  return {
    /** @param {ArrayLike<number>} picture */
    add(picture) {
      const canvas = digit(row, "");
      put(canvas, picture);
      row.prepend(canvas);
      while (row.children.length > KEPT) row.lastElementChild?.remove();
      told();
    },
    clear() {
      row.replaceChildren();
      told();
    },
  };
}
