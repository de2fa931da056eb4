// A guess: one of some options, a curve drawn by hand on the axes of the answer, or a place on curves.
import { digits } from "../core/format.js";
import { name } from "../shared/told/told.js";
import { createChart } from "./chart.js";
import { mountMark } from "./mark.js";

/** @typedef {import("./types.js").Draws} Draws */
/** @typedef {import("./types.js").Guess} Guess */
/** @typedef {import("./types.js").GuessView} GuessView */
/** @typedef {import("./types.js").Lines} Lines */
/** @typedef {import("./types.js").Place} Place */
/** @typedef {import("./types.js").Question} Question */
/** @typedef {import("./types.js").Range} Range */
/** @typedef {import("./types.js").Words} Words */

const LEAST = 6; // points of a curve that says something
/** @type {Record<string, number>} */
const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/**
 * @param {Element} parent @param {Question} question @param {Words} words
 * @param {(guess: Guess) => unknown} guessed
 * @param {() => Promise<Lines>} fetchCurves
 * @returns {GuessView}
 */
export function mountGuess(parent, question, words, guessed, fetchCurves) {
  if (question.marks) return mountMark(parent, question.marks, words, guessed, fetchCurves);
  return question.draws ? mountDrawn(parent, question.draws, words, guessed) : mountOptions(parent, question, words, guessed);
}

/**
 * @param {Element} parent @param {Question} question @param {Words} words
 * @param {(guess: Guess) => unknown} guessed
 * @returns {GuessView}
 */
function mountOptions(parent, question, words, guessed) {
  const hint = parent.appendChild(document.createElement("p"));
  hint.className = "gl-lesson-hint";
  hint.textContent = words.guess;
  const group = parent.appendChild(document.createElement("div"));
  group.className = "gl-lesson-options";
  group.setAttribute("role", "radiogroup");
  group.setAttribute("aria-label", words.guess);
  const options = question.options.map(({ text }, index) => {
    const option = group.appendChild(document.createElement("button"));
    option.type = "button";
    option.className = "gl-lesson-option";
    option.dataset.testid = `guess-${index + 1}`;
    option.setAttribute("role", "radio");
    option.setAttribute("aria-checked", "false");
    option.tabIndex = index ? -1 : 0;
    option.innerHTML = text; // our own words, from the server
    option.addEventListener("click", () => choose(index));
    return option;
  });

  /** @param {number} index */
  function choose(index) {
    mark(index);
    guessed(index);
  }

  /** @param {Guess} index */
  function mark(index) {
    options.forEach((option, at) => {
      option.setAttribute("aria-checked", String(at === index));
      option.tabIndex = at === (index ?? 0) ? 0 : -1;
    });
  }

  group.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const next = (options.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement)) + step + options.length) % options.length;
    options[next].focus();
    choose(next);
  });

  return {
    show(guess, result) {
      mark(guess);
      hint.hidden = Boolean(result);
      options.forEach((option, at) => {
        option.dataset.verdict = !result ? "" : at === result.answer ? "right" : at === guess ? "wrong" : "";
      });
    },
  };
}

/**
 * @param {Element} parent @param {Draws} draws @param {Words} words
 * @param {(guess: Guess) => unknown} guessed
 * @returns {GuessView}
 */
function mountDrawn(parent, draws, words, guessed) {
  const hint = parent.appendChild(document.createElement("p"));
  hint.className = "gl-lesson-hint";
  hint.textContent = words.draw;
  const chart = createChart(parent, { x: draws.x, y: draws.y, xTitle: draws.xTitle, yTitle: draws.yTitle });
  chart.svg.dataset.testid = "guess-1";
  chart.svg.classList.add("gl-lesson-drawn");
  chart.svg.setAttribute("tabindex", "0");
  chart.svg.setAttribute("role", "application"); // the arrow keys bend the curve
  /** @type {Place[]} */
  let points = [];
  let drawing = false;
  const say = () => {
    const known = points.length ? spoken(points) : words.told_empty;
    name(chart.svg, `${words.draw} ${draws.xTitle}: ${draws.x.map(digits).join(" – ")}. ${draws.yTitle}: ${known}`);
  };
  say();

  /** @param {MouseEvent} event @returns {Place} */
  function at(event) {
    const [x, y] = chart.valueAt(event.clientX, event.clientY);
    return [clamp(x, draws.x), clamp(y, draws.y)];
  }

  // A curve has one y for each x: what is drawn again over an x takes its place.
  /** @param {Place} point */
  function add(point) {
    const last = points.at(-1);
    points = points.filter(([x]) => (last && last[0] <= point[0] ? x < last[0] || x > point[0] || x === last[0] : x < point[0]));
    points.push(point);
    points.sort((a, b) => a[0] - b[0]);
    chart.guess(points);
    say();
  }

  chart.svg.addEventListener("pointerdown", (event) => {
    chart.svg.setPointerCapture(event.pointerId);
    drawing = true;
    points = [];
    add(at(event));
  });
  chart.svg.addEventListener("pointermove", (event) => {
    if (drawing) add(at(event));
  });
  chart.svg.addEventListener("pointerup", () => {
    drawing = false;
    if (points.length >= LEAST) guessed(thin(points));
  });

  // By keyboard: the curve's ends and middle move up and down.
  let handle = 0;
  chart.svg.addEventListener("keydown", (event) => {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key] ?? 0;
    const along = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
    if (!by && !along) return;
    event.preventDefault();
    if (points.length !== LEAST) points = spread(draws);
    if (along) handle = clamp(handle + along, [0, LEAST - 1]);
    if (by) points[handle][1] = clamp(points[handle][1] + (by * (draws.y[1] - draws.y[0])) / 20, draws.y);
    chart.guess(points, handle);
    say();
    if (by) guessed(structuredClone(points));
  });

  return {
    show(guess, result) {
      hint.hidden = Boolean(result);
      if (Array.isArray(guess) && !drawing) {
        points = guess;
        chart.guess(points);
        say();
      }
    },
  };
}

// Its ends and what lies between, no more than one can listen to.
/** @param {Place[]} points */
function spoken(points) {
  const every = Math.ceil(points.length / LEAST);
  return points.filter((_, i) => i % every === 0).map(([x, y]) => `(${digits(x)}, ${digits(y)})`).join(" ");
}

/** @param {number} value @param {Range} range */
const clamp = (value, [low, high]) => Math.max(low, Math.min(high, value));

// A level line, which the arrow keys bend.
/** @param {Draws} draws @returns {Place[]} */
function spread({ x, y }) {
  const middle = (y[0] + y[1]) / 2;
  return Array.from({ length: LEAST }, (_, i) => [x[0] + ((x[1] - x[0]) * i) / (LEAST - 1), middle]);
}

/** @param {Place[]} points */
function thin(points) {
  const every = Math.ceil(points.length / 120);
  return points.filter((_, index) => index % every === 0 || index === points.length - 1);
}
