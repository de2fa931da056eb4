// One model: its curve where it has one, what it has drawn, and what it says of the place that is asked about.
import { element } from "../core/dom.js";
import { figure } from "../core/format.js";
import { change, draw as shape } from "../core/svg.js";
import { tell } from "../shared/told/told.js";
import { histogram } from "../maths/likelihood.js";

/** @typedef {"data" | "normal" | "mixture" | "bounded" | "implicit"} RowName */
/**
 * @typedef {object} ExplicitData what genlab/views/measure/explicit.py makes
 * @property {string} language
 * @property {import("../maths/mixtures/mixtures.js").Mixture} truth what the examples are drawn from
 * @property {{x?: number, seed?: number, normal?: {mean: number, std: number}}} state to begin with
 * @property {import("./models.js").Curves} curves
 * @property {Record<string, string> & {rows: Record<RowName, string>, kinds: Record<RowName, string>}} words
 */
/**
 * @typedef {object} Shown of one model
 * @property {number} at the place that is asked about
 * @property {ArrayLike<number>} examples
 * @property {(x: number) => number} [curve] its density
 * @property {string} answer
 * @property {string} note
 */

/** @type {[low: number, high: number]} */
const RANGE = [-1.5, 1.5];
const BINS = 60;
const HIGHEST = 2.4; // of the densities that are drawn: that of the narrowest normal that a hand can make
const [WIDTH, HEIGHT] = [600, 64];
const STEPS = 200;
const LAST = 40; // so many of the newest draws are marked one by one
const FEW = 30; // fewer make no histogram

/** @param {number} x */
const px = (x) => ((x - RANGE[0]) / (RANGE[1] - RANGE[0])) * WIDTH;
/** @param {number} density */
const py = (density) => HEIGHT - (Math.min(density, HIGHEST) / HIGHEST) * (HEIGHT - 4);

/** @param {Element} parent @param {RowName} name @param {ExplicitData} data @param {(x: number) => void} onAsk */
export function mountRow(parent, name, { words }, onAsk) {
  const row = element(parent, "div", `gl-ex-row gl-ex-of-${name}`, "", { "data-part": name, "data-testid": `explicit-row-${name}` });
  const head = element(row, "div", "gl-ex-name");
  element(head, "b", "", words.rows[name]);
  element(head, "span", "", words.kinds[name]);
  const hands = name === "normal" ? element(head, "span", "gl-ex-hands") : null;
  const svg = shape(row, "svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" });
  const title = `${words.rows[name]}, ${words.kinds[name]}`;
  svg.setAttribute("aria-label", title);
  const bars = shape(svg, "path", { class: "gl-ex-data" });
  const own = shape(svg, "path", { class: "gl-ex-drawn" });
  const line = shape(svg, "path", { class: "gl-ex-curve" });
  const marks = shape(svg, "path", { class: "gl-ex-marks" });
  const cursor = shape(svg, "line", { class: "gl-ex-at", y1: 0, y2: HEIGHT });
  const side = element(row, "div", "gl-ex-answer", "", { "aria-live": "polite" });
  const answer = element(side, "b", "");
  const note = element(side, "span", "");
  /** @type {number[]} */
  let draws = [];

  svg.addEventListener("pointerdown", (event) => {
    svg.setPointerCapture(event.pointerId);
    asked(event);
  });
  svg.addEventListener("pointermove", (event) => event.buttons && asked(event));
  /** @param {PointerEvent} event */
  function asked(event) {
    const { left, width } = svg.getBoundingClientRect();
    onAsk(RANGE[0] + ((event.clientX - left) / width) * (RANGE[1] - RANGE[0]));
  }

  /** @param {ArrayLike<number>} values */
  const stairs = (values) => histogram(values, RANGE, BINS).map((height, bin) =>
    height ? `M${px(RANGE[0] + (bin / BINS) * 3)},${HEIGHT}V${py(height)}h${WIDTH / BINS - 1}V${HEIGHT}Z` : "").join("");

  /** @param {(x: number) => number} density */
  function curveOf(density) {
    const points = Array.from({ length: STEPS + 1 }, (_, i) => RANGE[0] + (i / STEPS) * (RANGE[1] - RANGE[0]));
    return `M${points.map((x) => `${px(x).toFixed(1)},${py(density(x)).toFixed(1)}`).join("L")}`;
  }

  return {
    hands,
    get draws() {
      return draws;
    },
    /** @param {number[]} values */
    add(values) {
      draws = [...draws, ...values].slice(-5000);
    },
    forget() {
      draws = [];
    },
    /** @param {number} at @param {number} reach */
    near: (at, reach) => draws.reduce((count, x) => count + Number(Math.abs(x - at) <= reach), 0),
    /** @param {Shown} shown */
    show({ at, examples, curve, answer: said, note: more }) {
      change(bars, { d: stairs(examples) });
      change(own, { d: draws.length >= FEW ? stairs(draws) : "" });
      change(line, { d: curve ? curveOf(curve) : "" });
      change(marks, { d: draws.slice(-LAST).map((x) => `M${px(x).toFixed(1)},${HEIGHT}v-9`).join("") });
      change(cursor, { x1: px(at), x2: px(at) });
      tell(svg, () => `${title}. x = ${figure(at)}: ${said}. ${more}`);
      answer.textContent = said;
      note.textContent = more;
    },
  };
}
