// The values at the pointer: D, D*, p_data and p_g at one place of the stage, by mouse, finger or arrow keys. They are
// computed when the place or the model changes, and never for a frame between.
import { element } from "../core/dom.js";
import { digits, figure } from "../core/format.js";
import { fill } from "../core/words.js";
import { bestBelief, exactDensity, fieldAt, kernelDensity, lineDensity } from "../maths/places.js";
import { REACH } from "../maths/playground.js";
import { asStop, explainSymbols } from "../shared/symbols.js";

const STEP = 0.05; // of an arrow key,
const LEAP = 0.25; // and with Shift
const NONE = 0.0005; // below it a density is written as 0
const TURNS = /** @type {Record<string, number[]>} */ ({
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
});

/**
 * @typedef {{field?: Uint8Array, samples?: Float32Array}} Frame
 * @typedef {object} Told what the stage is handed, as far as it matters here
 * @property {Record<string, any>} labels
 * @property {number} dimensions
 * @property {import("../maths/places.js").Form | null} form
 * @property {{layers: string[]}} picture
 * @property {boolean} probabilistic
 * @property {string} bestFormula MathML
 */

/** @param {number} value */
const density = (value) => (value < NONE ? "0.000" : digits(value));

// place: where the values stand; canvas: what is pointed at, in its frame of the same size. Returns {model(frame)}: told of
// each frame that is shown.
/** @param {HTMLElement} root @param {HTMLCanvasElement} canvas @param {Told} data */
export function mountPointer(root, canvas, data) {
  const words = data.labels.pointer;
  const plane = data.dimensions === 2;
  const judged = data.picture.layers.includes("field");
  const rated = judged && data.picture.layers.includes("best"); // there is none where p_data is not known
  const symbols = [judged && "D(x)", rated && "D*(x)", data.form && "p_data(x)", "p_g(x)"].filter(Boolean).join(", ");
  /** @type {number[] | null} */
  let place = null;
  let frame = /** @type {Frame} */ ({});
  let generated = /** @type {import("../maths/places.js").Density | null} */ (null); // of `frame`, once it is asked for

  const mark = element(canvas.parentElement, "i", plane ? "gl-play-mark" : "gl-play-mark gl-play-mark-line");
  mark.hidden = true;
  const hint = element(root, "p", "gl-play-values-hint", fill(words.hint, { symbols }));
  const told = element(root, "div", "gl-play-told");
  const said = element(root, "span", "gl-play-said", "", { role: "status" });
  const all = /** @type {[symbol: string, output: HTMLElement][]} */ ([]);
  /** @param {Element} parent @param {string} symbol @param {string} testid @param {string} hue */
  const value = (parent, symbol, testid, hue = "") => {
    const box = element(parent, "span", `gl-play-value ${hue}`);
    const [letter, low, rest] = symbol.split(/_(data|g)/); // p_data(x), its index lowered
    const name = element(box, "i", "", letter);
    if (low) element(name, "sub", "", low).after(rest);
    const output = element(box, "b", "", "–", { "data-testid": testid });
    all.push([testid === "at-best" ? "D* ≈" : symbol, output]);
    return output;
  };
  const [first, second] = [element(told, "p", ""), element(told, "p", "")];
  const at = value(first, "x =", "at-place");
  const belief = judged ? value(first, "D(x) =", "at-d", "gl-play-is-field") : null;
  const exactly = value(second, "p_data(x) =", "at-data", "gl-play-is-data");
  const about = value(second, "p_g(x) ≈", "at-fakes", "gl-play-is-fakes");
  const ratio = rated ? element(told, "p", "gl-play-ratio") : null;
  if (ratio) {
    ratio.innerHTML = data.bestFormula; // D* = p_data / (p_data + p_g)
    asStop(ratio, data.labels.formula);
    explainSymbols(ratio);
  }
  const best = ratio && value(ratio, "≈", "at-best", "gl-play-is-best");
  const note = element(root, "p", "gl-play-note");

  function show() {
    told.hidden = !place;
    note.hidden = !place;
    hint.hidden = !!place;
    mark.hidden = !place;
    if (!place) return;
    const [x, y] = place;
    const side = canvas.clientWidth;
    /** @param {number} v */
    const across = (v) => ((v + REACH) / (2 * REACH)) * side;
    const [left, top] = [canvas.offsetLeft + canvas.clientLeft + across(x), canvas.offsetTop + canvas.clientTop];
    mark.style.transform = `translate(${left}px, ${plane ? top + across(-y) : top}px)`;
    mark.style.height = plane ? "" : `${side}px`;
    const exact = exactDensity(data.form, place);
    if (!generated && frame.samples) generated = plane ? kernelDensity(frame.samples).density : lineDensity(frame.samples);
    const estimated = generated ? generated(place) : Number.NaN;
    at.textContent = plane ? `(${figure(x)}, ${figure(y)})` : figure(x);
    exactly.textContent = density(exact);
    about.textContent = density(estimated);
    if (belief) belief.textContent = data.probabilistic && frame.field ? figure(fieldAt(frame.field, place)) : "–";
    if (best) best.textContent = figure(bestBelief(exact, estimated));
    note.textContent = [
      Number.isNaN(exact) ? words.unknown : words.exact,
      generated ? fill(plane ? words.kernels : words.curve, { n: (frame.samples?.length ?? 0) / 2 }) : "",
      judged && !data.probabilistic ? words.score : "",
    ].filter(Boolean).join(" ");
  }

  /** @param {number[] | null} wanted */
  function go(wanted) {
    place = wanted?.map((v) => Math.min(REACH, Math.max(-REACH, v))) ?? null;
    show();
  }

  /** @param {PointerEvent} event */
  function follow({ clientX, clientY }) {
    const box = canvas.getBoundingClientRect();
    const side = canvas.clientWidth;
    const x = ((clientX - box.left - canvas.clientLeft) / side) * 2 * REACH - REACH;
    const y = REACH - ((clientY - box.top - canvas.clientTop) / side) * 2 * REACH;
    go(plane ? [x, y] : [x]);
  }

  canvas.addEventListener("pointermove", follow);
  canvas.addEventListener("pointerdown", follow);
  // A finger that is lifted has not left: what it pointed at can be read then.
  canvas.addEventListener("pointerleave", ({ pointerType }) => pointerType === "touch" || go(null));
  canvas.addEventListener("blur", () => go(null));
  canvas.addEventListener("keydown", (event) => {
    const turn = TURNS[event.key];
    if (event.key === "Escape") return go(null);
    if (!turn || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const far = event.shiftKey ? LEAP : STEP;
    const from = place ?? (plane ? [0, 0] : [0]);
    go(place ? from.map((v, i) => Math.round((v + far * turn[i]) / STEP) * STEP) : from);
    said.textContent = all.map(([symbol, output]) => `${symbol} ${output.textContent}`).join("; ");
  });
  show();

  return {
    /** @param {Frame} shown */
    model(shown) {
      frame = shown;
      generated = null;
      if (place) show();
    },
  };
}
