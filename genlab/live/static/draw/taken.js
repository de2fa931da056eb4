// The picture that was taken in, with a frame around what was found in it, until something else is drawn.

import { element } from "../core/dom.js";

/** @typedef {[left: number, top: number, right: number, bottom: number]} Crop shares of width and height */

/** @param {Element} parent @param {Record<string, string>} labels */
export function createTaken(parent, labels) {
  const figure = element(parent, "figure", "gl-draw-taken", "", { hidden: "", "data-testid": "draw-taken" });
  const frame = element(figure, "div");
  const image = element(frame, "img", "", "", { alt: labels.taken });
  const box = element(frame, "span", "", "", { "data-testid": "draw-crop" });
  element(figure, "figcaption", "", labels.taken);

  function hide() {
    figure.hidden = true;
    if (image.src) URL.revokeObjectURL(image.src);
    image.removeAttribute("src");
  }

  return {
    /** @param {Blob} picture @param {Crop} crop */
    show(picture, [left, top, right, bottom]) {
      hide();
      image.src = URL.createObjectURL(picture);
      /** @param {number} share */
      const percent = (share) => `${100 * share}%`;
      Object.assign(box.style, {
        left: percent(left), top: percent(top), width: percent(right - left), height: percent(bottom - top),
      });
      figure.hidden = false;
    },
    hide,
  };
}
