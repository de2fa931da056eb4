// The picture that was taken in, with a frame around what was found in it, until something else is drawn.

import { element } from "../core/dom.js";

// Returns {show(picture: Blob, crop: [left, top, right, bottom] as shares of width and height), hide()}.
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
    show(picture, [left, top, right, bottom]) {
      hide();
      image.src = URL.createObjectURL(picture);
      const percent = (share) => `${100 * share}%`;
      Object.assign(box.style, {
        left: percent(left), top: percent(top), width: percent(right - left), height: percent(bottom - top),
      });
      figure.hidden = false;
    },
    hide,
  };
}
