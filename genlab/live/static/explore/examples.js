// Held-out images to begin at: a click puts z at the code of one.

import { contextOf, greyPainter } from "../core/canvas.js";
import { parseSafetensors } from "../core/safetensors.js";
import { numbersOf } from "../maths/tensors.js";
import { make } from "../shared/latent/page.js";

/** @typedef {{label: number, index: number, pixels: Float32Array}} Example */

const SIDE = 28;
// An example of each class stands in a row, where that is a row.
const ROW = 10;

// onCode(z): the code of the image that was chosen. Returns {setCodes(means, latents), unmark()}.
/** @param {Element} parent
 * @param {{base: string, name: string, classes: string[], labels: Record<string, string>}} options
 * @param {(z: Float32Array) => void} onCode */
export function mountExamples(parent, { base, name, classes, labels }, onCode) {
  const paint = greyPainter(SIDE, SIDE, 255);
  const row = make("div", { class: "gl-explore-examples", role: "group", "aria-label": labels.example });
  const others = make("button", {
    type: "button", title: labels.others, "aria-label": labels.others, "data-testid": "examples-others",
  }, "↻");
  const box = make("div", { class: "gl-explore-begin", hidden: "" }, make("span", {}, labels.example), others, row);
  parent.append(box);
  /** @type {Example[]} */
  let examples = [];
  /** @type {{means: Float32Array, latents: number} | null} */
  let codes = null;
  let turn = 0;

  async function load() {
    const answer = await fetch(`${base}/lab/data/${name}/examples`).catch(() => null);
    if (!answer?.ok) return; // without them the rest of the page still stands
    const { tensors } = parseSafetensors(await answer.arrayBuffer());
    const [images, digits, indices] = ["images", "labels", "indices"].map((key) => numbersOf(tensors, key));
    examples = Array.from(digits, (label, i) => ({
      label, index: Number(indices[i]), pixels: images.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE),
    }));
    show();
  }

  function show() {
    box.hidden = !(examples.length && codes);
    if (box.hidden) return;
    const count = inARow();
    const shown = examples.slice(turn * count, (turn + 1) * count);
    row.replaceChildren(...shown.map(button));
  }

  function inARow() {
    const count = new Set(examples.map(({ label }) => label)).size;
    return count > 1 && count <= ROW ? count : ROW;
  }

  /** @param {Example} example */
  function button(example) {
    const canvas = make("canvas", { width: SIDE, height: SIDE });
    paint(contextOf(canvas), example.pixels);
    const title = classes[example.label] ?? `${labels.image} ${example.index + 1}`;
    const testid = `example-${example.label}`;
    const element = make("button", { type: "button", "aria-label": title, title, "data-testid": testid }, canvas);
    element.addEventListener("click", () => {
      if (!codes) return;
      const { means, latents } = codes;
      const code = means.subarray(example.index * latents, (example.index + 1) * latents);
      if (code.length !== latents) return;
      onCode(code);
      element.setAttribute("aria-pressed", "true");
    });
    return element;
  }

  others.addEventListener("click", () => {
    turn = (turn + 1) % Math.max(1, Math.floor(examples.length / inARow()));
    show();
  });
  load();

  return {
    /** @param {Float32Array | null} means @param {number} latents */
    setCodes(means, latents) {
      const first = !codes;
      codes = means && { means, latents };
      if (first || !codes) show();
    },
    unmark() {
      row.querySelector("[aria-pressed]")?.removeAttribute("aria-pressed");
    },
  };
}
