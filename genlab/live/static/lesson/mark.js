// A guess that is a place on curves: set on them by pointer or finger, or with the slider below them.
import { element } from "../core/dom.js";
import { count, fill } from "../core/words.js";
import { label } from "./chart.js";
import { drawLines } from "./figures.js";

// Places as they are written: steps by thousands, others in a few digits.
const written = (at) => (Number.isInteger(at) ? count(at) : label(at));

// What the figure that decides says of a place: null where it says nothing of it.
export function worthOf(marks, words, figures, at) {
  const figure = figures[marks.figure];
  const index = figure.x.indexOf(at);
  if (index < 0) return null;
  const place = fill(marks.place, { n: written(at) });
  return fill(words.worth, { place, what: figure.y_title, value: label(figure.series[0].y[index]) });
}

// fetchCurves(): a promise of the curves, as an outcome's figure; guessed(x): a place was chosen.
export function mountMark(parent, { marks }, words, guessed, fetchCurves) {
  const hint = element(parent, "p", "gl-lesson-hint", words.mark);
  const place = element(parent, "div", "gl-lesson-marked");
  let figure = null;
  let chart = null;
  let slider = null;
  let said = null;
  let asking = false;
  let wanted = null; // the guess that is kept

  async function load() {
    if (asking || figure) return;
    asking = true;
    try {
      figure = await fetchCurves();
    } catch {
      hint.textContent = words.offline; // the next answer of the server tries again
      return;
    } finally {
      asking = false;
    }
    hint.textContent = words.mark;
    build();
  }

  function build() {
    chart = drawLines(place, figure, words);
    chart.svg.dataset.testid = "guess-1";
    chart.svg.classList.add("gl-lesson-markable");
    const row = element(place, "label", "gl-lesson-mark-row");
    element(row, "span", "gl-lesson-mark-name", words.markSlider);
    slider = element(row, "input", "", "", {
      type: "range", min: 0, max: figure.x.length - 1, step: 1, value: 0, "data-testid": "guess-mark",
    });
    said = element(row, "output");
    slider.addEventListener("input", () => put(figure.x[slider.valueAsNumber]));
    slider.addEventListener("change", () => guessed(figure.x[slider.valueAsNumber]));
    let dragged = false;
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
      put(wanted);
    });
    put(wanted);
  }

  // The nearest on the axis as it is drawn.
  function nearest(x) {
    const on = figure.logarithmic ? Math.log : Number;
    const far = (at) => Math.abs(on(at) - on(Math.max(x, Number.MIN_VALUE)));
    return figure.x.reduce((best, at) => (far(at) < far(best) ? at : best));
  }

  function put(at) {
    const index = figure.x.indexOf(at);
    chart.mark(index < 0 ? null : at, figure.series.map((one) => [one.role, one.y[index]]));
    if (index >= 0) slider.value = String(index);
    said.textContent = index < 0 ? "–" : written(at);
    slider.setAttribute("aria-valuetext", index < 0 ? words.unmarked : fill(marks.place, { n: written(at) }));
  }

  return {
    show(guess, result) {
      hint.hidden = Boolean(result);
      load();
      if (guess === wanted) return;
      wanted = guess;
      if (chart) put(guess);
    },
  };
}
