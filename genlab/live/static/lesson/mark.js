// A guess that is a place on curves: set on them by pointer or finger, or with the slider below them.
import { element } from "../core/dom.js";
import { count, fill } from "../core/words.js";
import { label } from "./chart.js";
import { drawLines } from "./figures.js";

/** @typedef {import("./types.js").Figure} Figure */
/** @typedef {import("./types.js").Guess} Guess */
/** @typedef {import("./types.js").GuessView} GuessView */
/** @typedef {import("./types.js").Lines} Lines */
/** @typedef {import("./types.js").Marks} Marks */
/** @typedef {import("./types.js").Words} Words */

// Places as they are written: steps by thousands, others in a few digits.
/** @param {number} at */
const written = (at) => (Number.isInteger(at) ? count(at) : label(at));

// What the figure that decides says of a place: null where it says nothing of it.
/**
 * @param {Marks} marks @param {Words} words
 * @param {Figure[]} figures @param {Guess} at
 */
export function worthOf(marks, words, figures, at) {
  const figure = figures[marks.figure];
  if (figure.kind !== "lines" || typeof at !== "number") return null;
  const index = figure.x.indexOf(at);
  if (index < 0) return null;
  const place = fill(marks.place, { n: written(at) });
  return fill(words.worth, { place, what: figure.y_title, value: label(figure.series[0].y[index]) });
}

// fetchCurves(): a promise of the curves, as an outcome's figure; guessed(x): a place was chosen.
/**
 * @param {Element} parent @param {Marks} marks @param {Words} words
 * @param {(guess: Guess) => unknown} guessed
 * @param {() => Promise<Lines>} fetchCurves
 * @returns {GuessView}
 */
export function mountMark(parent, marks, words, guessed, fetchCurves) {
  const hint = element(parent, "p", "gl-lesson-hint", words.mark);
  const place = element(parent, "div", "gl-lesson-marked");
  /** @type {((at: Guess) => void) | null} */
  let put = null; // once the curves are there
  let asking = false;
  /** @type {Guess} */
  let wanted = null; // the guess that is kept

  async function load() {
    if (asking || put) return;
    asking = true;
    let figure;
    try {
      figure = await fetchCurves();
    } catch {
      hint.textContent = words.offline; // the next answer of the server tries again
      return;
    } finally {
      asking = false;
    }
    hint.textContent = words.mark;
    put = markable(place, figure, marks, words, { guessed, kept: () => wanted });
    put(wanted);
  }

  return {
    show(guess, result) {
      hint.hidden = Boolean(result);
      load();
      if (guess === wanted) return;
      wanted = guess;
      put?.(guess);
    },
  };
}

// The curves, on which one marks a place; returns what puts the mark somewhere. kept(): the guess that is kept.
/**
 * @param {Element} place @param {Lines} figure @param {Marks} marks @param {Words} words
 * @param {{guessed: (guess: Guess) => unknown, kept: () => Guess}} guess
 */
function markable(place, figure, marks, words, { guessed, kept }) {
  const chart = drawLines(place, figure, words);
  chart.svg.dataset.testid = "guess-1";
  chart.svg.classList.add("gl-lesson-markable");
  const row = element(place, "label", "gl-lesson-mark-row");
  element(row, "span", "gl-lesson-mark-name", words.markSlider);
  const slider = element(row, "input", "", "", {
    type: "range", min: 0, max: figure.x.length - 1, step: 1, value: 0, "data-testid": "guess-mark",
  });
  const said = element(row, "output");
  slider.addEventListener("input", () => put(figure.x[slider.valueAsNumber]));
  slider.addEventListener("change", () => guessed(figure.x[slider.valueAsNumber]));
  let dragged = false;
  /** @param {MouseEvent} event */
  const follow = (event) => put(nearest(chart.valueAt(event.clientX, event.clientY)[0]));
  chart.svg.addEventListener("pointerdown", (event) => {
    chart.svg.setPointerCapture(event.pointerId);
    dragged = true;
    follow(event);
  });
  chart.svg.addEventListener("pointermove", (event) => dragged && follow(event));
  chart.svg.addEventListener("pointerup", () => {
    if (dragged) guessed(figure.x[slider.valueAsNumber]);
    dragged = false;
  });
  // A finger that scrolls the page has marked nothing.
  chart.svg.addEventListener("pointercancel", () => {
    dragged = false;
    put(kept());
  });

  // The nearest on the axis as it is drawn.
  /** @param {number} x */
  function nearest(x) {
    const on = figure.logarithmic ? Math.log : Number;
    /** @param {number} at */
    const far = (at) => Math.abs(on(at) - on(Math.max(x, Number.MIN_VALUE)));
    return figure.x.reduce((best, at) => (far(at) < far(best) ? at : best));
  }

  /** @param {Guess} guess */
  function put(guess) {
    const at = typeof guess === "number" ? guess : Number.NaN;
    const index = figure.x.indexOf(at);
    chart.mark(index < 0 ? null : at, figure.series.map((one) => [one.role, one.y[index]]));
    if (index >= 0) slider.value = String(index);
    said.textContent = index < 0 ? "–" : written(at);
    slider.setAttribute("aria-valuetext", index < 0 ? words.unmarked : fill(marks.place, { n: written(at) }));
  }

  return put;
}
