// What an experiment found, drawn: curves, bars, sheets of pictures, tables.
import { element, scrolledByKeys } from "../core/dom.js";
import { digits } from "../core/format.js";
import { name } from "../shared/told/told.js";
import { fill } from "../core/words.js";
import { createChart } from "./chart.js";

/** @typedef {import("./types.js").Bars} Bars */
/** @typedef {import("./types.js").Figure} Figure */
/** @typedef {import("./types.js").Guess} Guess */
/** @typedef {import("./types.js").Lines} Lines */
/** @typedef {import("./types.js").Place} Place */
/** @typedef {import("./types.js").Range} Range */
/** @typedef {import("./types.js").Series} Series */
/** @typedef {import("./types.js").Sheet} Sheet */
/** @typedef {import("./types.js").Table} Table */
/** @typedef {import("./types.js").Words} Words */

/** @param {number[]} values @param {boolean} withZero @returns {Range} */
function range(values, withZero) {
  const known = values.filter(Number.isFinite);
  if (withZero) known.push(0);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  return [low === 0 ? 0 : low - room, high === 0 ? 0 : high + room];
}

/** @param {Element} figure @param {Series[]} series @param {boolean} guess @param {Words} words */
function legend(figure, series, guess, words) {
  const box = element(figure, "div", "gl-lesson-legend");
  for (const one of series) {
    const entry = element(box, "span", `gl-lesson-key gl-role-${one.role}`, one.label);
    if (one.dashed) entry.classList.add("gl-chart-dashed");
  }
  if (guess) element(box, "span", "gl-lesson-key gl-lesson-key-guess", words.drawn);
}

// Curves with their names. guess: the points of one drawn before, or null. Returns the chart.
/**
 * @param {Element} figure @param {Lines} lines @param {Words} words
 * @param {Place[] | null} guess
 */
export function drawLines(figure, lines, words, guess = null) {
  const { x, series, marks, logarithmic, x_title: xTitle, y_title: yTitle, title } = lines;
  const all = [...series.flatMap((one) => one.y), ...marks.map(([value]) => value), ...(guess ?? []).map(([, value]) => value)];
  const [low, high] = [Math.min(...x), Math.max(...x)];
  const chart = createChart(figure, { x: [low, high], y: range(all, false), xTitle, yTitle, logarithmic });
  const values = series.map(({ label, y }) => `${label} ${digits(y[y.length - 1])}`).join(", ");
  const said = { axis: xTitle, low: digits(low), high: digits(high), values: `${yTitle}: ${values}` };
  name(chart.svg, [title, fill(words.told_curves, said)].filter(Boolean).join(". "));
  for (const [value, text] of marks) chart.level(value, text);
  if (guess) chart.guess(guess);
  for (const one of series) chart.curve(x.map((at, index) => [at, one.y[index]]), one.role, one.dashed);
  legend(figure, series, Boolean(guess), words);
  return chart;
}

/** @typedef {{mark?: Guess, points: Place[] | null}} Guessed */

const kinds = {
  /** @param {Element} figure @param {Lines} lines @param {Guessed} guess @param {Words} words */
  lines(figure, lines, guess, words) {
    const chart = drawLines(figure, lines, words, guess.points);
    const at = typeof guess.mark === "number" ? guess.mark : Number.NaN;
    const index = lines.x.indexOf(at);
    if (index >= 0) chart.mark(at, lines.series.map((one) => [one.role, one.y[index]]));
  },
  /** @param {Element} figure @param {Bars} bars @param {Guessed} _guess @param {Words} words */
  bars(figure, { categories, series, y_title: yTitle, title }, _guess, words) {
    const chart = createChart(figure, {
      x: [-0.6, categories.length - 0.4], y: range(series.flatMap((one) => one.y), true), yTitle, categories,
    });
    const bars = series.flatMap(({ label, y }) => categories.map((one, i) => `${[label, one].filter(Boolean).join(", ")} ${digits(y[i])}`));
    name(chart.svg, `${[title, yTitle].filter(Boolean).join(". ")}: ${bars.join("; ")}`);
    series.forEach((one, place) =>
      one.y.forEach((value, index) => chart.bar(index, series.length, place, value, one.role)));
    if (series.length > 1) legend(figure, series, false, words);
  },
  /** @param {Element} figure @param {Sheet} sheet */
  sheet(figure, { png, rows, title }) {
    const picture = element(figure, "img", "gl-lesson-sheet");
    picture.src = `data:image/png;base64,${png}`;
    picture.alt = [title, ...rows].join("; ");
    if (rows.length) element(figure, "p", "gl-lesson-rows", rows.join(" · "));
  },
  /** @param {Element} figure @param {Table} table */
  table(figure, { head, rows }) {
    const table = element(figure, "table", "gl-lesson-table");
    const top = element(element(table, "thead", ""), "tr", "");
    for (const cell of head) element(top, "th", "", cell).scope = "col";
    const body = element(table, "tbody", "");
    for (const row of rows) {
      const line = element(body, "tr", "");
      row.forEach((cell, index) => element(line, index ? "td" : "th", "", cell.replace(/^-(?=\d)/, "−")));
    }
  },
};

/** @param {Element} figure @param {Figure} one @param {Guessed} guess @param {Words} words */
function draw(figure, one, guess, words) {
  if (one.kind === "lines") kinds.lines(figure, one, guess, words);
  else if (one.kind === "bars") kinds.bars(figure, one, guess, words);
  else if (one.kind === "sheet") kinds.sheet(figure, one);
  else kinds.table(figure, one);
}

/** @param {Element} parent @param {Words} words */
export function mountFigures(parent, words) {
  return {
    // guess: {figure, points}, a curve drawn before the answer was known, or {mark}, a place on all that have its x
    /**
     * @param {Figure[]} figures
     * @param {{figure?: number, points?: Place[], mark?: Guess} | null} guess
     */
    show(figures, guess = null) {
      parent.replaceChildren();
      figures.forEach((one, index) => {
        const figure = element(parent, "figure", `gl-lesson-figure gl-lesson-${one.kind}`);
        if (one.title) element(figure, "figcaption", "", one.title);
        draw(figure, one, { mark: guess?.mark, points: (guess?.figure === index && guess.points) || null }, words);
        scrolledByKeys(figure, one.title ?? "");
      });
    },
  };
}
