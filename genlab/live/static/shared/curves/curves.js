// The terms over the steps, by Plotly (its smallest bundle: lines are all we draw): a panel for each group that shares
// its axes; hover tells, drag zooms and stays.
import { letters } from "../../core/theme.js";
import { tellCurves } from "./said.js";
import { BEHIND, HELD_OUT, mountLegend } from "./legend.js";
import { mountSave } from "./save.js";

/** @typedef {import("../../core/lab.js").Point} Point */
/**
 * @typedef {object} CurveTerm as genlab/live/widgets/run_view.py describes it
 * @property {string} key
 * @property {string} label
 * @property {string} unit
 * @property {string} color
 * @property {string | null} panel
 * @property {boolean} heldOut
 * @property {boolean} bound
 * @property {boolean} [logarithmic]
 * @property {[low: number, high: number] | null} [band]
 * @property {[value: number, label: string][]} lines
 * @property {string} [dots] single measurements, which no line joins: Plotly's name of their mark
 */
/** @typedef {{terms: CurveTerm[], labels: Record<string, string>, run: string | null}} CurveData */
/** @typedef {{panels?: string[], height?: number, stacked?: boolean, after?: Promise<unknown>,
 *   across?: string, folded?: () => boolean}} CurveOptions */

// Where the plots begin and end in their boxes: a time slider above them stands on the same steps.
const LEFT = 46;
const RIGHT = 80;
/** @type {Promise<any> | null} */
let library = null;

function plotly() {
  library ??= new Promise((resolve, reject) => {
    const page = /** @type {{Plotly?: any}} */ (window);
    if (page.Plotly) return resolve(page.Plotly);
    const script = document.createElement("script");
    script.src = new URL("../../vendor/plotly-basic.min.js", import.meta.url).href;
    script.onload = () => resolve(page.Plotly);
    script.onerror = () => {
      library = null;
      reject(new Error("the chart library did not arrive"));
    };
    document.head.appendChild(script);
  });
  return library;
}

/** @param {Element} root */
function text(root) {
  return getComputedStyle(root).color;
}

// A chart knows no "currentColor", which a sum of terms has.
/** @param {Element} root @param {string} color */
function paint(root, color) {
  return color === "currentColor" ? text(root) : color;
}

// The last step of the axis: as far as the run has come; with another run behind it, as far as that one goes within
// this one's plan, so that the two stand over each other from the beginning.
/** @param {Point[]} points @param {Point[]} behind @param {number} plan */
export function lastStep(points, behind, plan) {
  return Math.max(1, points.at(-1)?.[0] ?? 0, Math.min(plan, behind.at(-1)?.[0] ?? 0));
}

// options: panels (which, by name; all of them), their height in pixels, stacked: below
// each other on one axis of steps, which only the last one writes, after: a promise of the moment from which the
// chart library may be fetched, across: the name of the axis of a panel that stands alone, and folded(): whether the
// charts are out of sight just now: then nothing is drawn for nobody, and who unfolds them calls draw.
/** @param {HTMLElement} root @param {CurveData} data @param {CurveOptions} options */
export function mountCurves(root, data, options = {}) {
  /** @type {Map<string, CurveTerm[]>} */
  const panels = new Map();
  for (const term of data.terms) {
    if (!term.panel) continue; // a number of the formula, without a curve
    if (!panels.has(term.panel)) panels.set(term.panel, []);
    panels.get(term.panel)?.push(term);
  }
  const wanted = options.panels ?? [...panels.keys()];
  const shown = [...panels].filter(([name]) => wanted.includes(name));
  /** @type {Set<string>} */
  const hidden = new Set();
  /** @param {string | null} key */
  const tell = (key) => root.dispatchEvent(new CustomEvent("term", { bubbles: true, detail: key }));
  const charts = shown.map(([name, terms], i) => {
    const place = root.appendChild(document.createElement("div"));
    place.className = "gl-panel";
    const legend = mountLegend(place, terms, data.labels, {
      onPoint: tell,
      onToggle(key, off) {
        if (off) hidden.add(`${name} ${key}`);
        else hidden.delete(`${name} ${key}`);
        soon();
      },
    });
    const box = place.appendChild(document.createElement("div"));
    box.className = "gl-chart";
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", data.labels.told_empty);
    box.dataset.testid = `curves-${name}`;
    box.style.height = `${sizes(i === shown.length - 1).height}px`;
    return { name, place, box, terms, legend };
  });
  mountSave(root, () => charts.filter(kept).map(({ box }) => box), plotly,
    `${data.labels.saveChart} (${[...new Set(shown.flatMap(([, terms]) => terms.map(({ label }) => label)))].join(", ")})`, data.run ?? "genlab");

  // Of charts below each other only the last writes the steps.
  /** @param {boolean} last */
  function sizes(last) {
    const axis = !options.stacked || last;
    const bottom = letters(axis ? (options.stacked || options.across ? 32 : 20) : 6);
    return { axis, bottom, height: letters(options.height ?? (shown.length > 1 ? 92 : 150)) + (options.stacked ? bottom : 0) };
  }

  // A run that has come to its end without measuring something has no empty chart of it.
  /** @param {{terms: CurveTerm[]}} chart */
  function kept({ terms }) {
    if (!plan || (history.at(-1)?.[0] ?? 0) < plan) return true;
    const measured = new Set([...history, ...before].flatMap(([, values]) => Object.keys(values)));
    return terms.some(({ key }) => measured.has(key) || measured.has(`test_${key}`));
  }
  /** @type {Point[]} */
  let history = [];
  /** @type {Point[]} */
  let before = []; // the curve points of the run that stands behind
  /** @type {{step: number}[]} */
  let events = [];
  let plan = 0;
  /** @type {number | null} */
  let marked = null;
  /** @type {string | null} */
  let lit = null;
  let drawing = false;
  let again = false; // something has changed since it began to

  /** @param {CurveTerm} term @param {string} key @param {boolean} dash */
  function series(term, key, dash, points = history) {
    /** @type {number[]} */
    const steps = [];
    /** @type {number[]} */
    const values = [];
    /** @type {number[]} */
    const reaches = []; // how far from it the true value may be, of what is measured from samples
    for (const [step, terms] of points) {
      if (!(key in terms)) continue;
      steps.push(step);
      values.push(terms[key]);
      reaches.push(terms[`${key}_error`] ?? 0);
    }
    const name = dash ? `${term.label} (${data.labels.heldOut})` : term.label;
    const width = lit === term.key ? 4 : 2;
    const color = paint(root, term.color);
    const line = { color, width, dash: dash ? "dot" : term.bound ? "dash" : "solid" };
    // What is measured at the frames' moments only shows where; a curve of every step's means is a plain line.
    const single = steps.length === 1;
    const mode = single || term.dots ? "markers" : term.heldOut ? "lines+markers" : "lines";
    const marker = term.dots ? { color, size: 10, symbol: term.dots, line: { color, width: 2 } } : { color, size: single ? 6 : 4 };
    const bars = { array: reaches, visible: reaches.some(Boolean), color, thickness: 1, width: 0 };
    return { x: steps, y: values, name, mode, type: "scatter", line, marker, error_y: bars,
             hovertemplate: `%{y:.4~g} ${term.unit}`, showlegend: false, kind: dash ? HELD_OUT : term.key, unit: term.unit };
  }

  /** @param {CurveTerm} term @param {string} colour */
  function ghost(term, colour) {
    const curve = series(term, term.key, false, before);
    return { ...curve, name: `${term.label} (${data.labels.behind})`, mode: "lines", opacity: 0.35, kind: BEHIND,
             error_y: { visible: false },
             line: { color: colour, width: 1.5, dash: curve.line.dash } };
  }

  async function render() {
    await options.after;
    const Plotly = await plotly();
    again = false;
    const colour = text(root);
    const end = lastStep(history, before, plan);
    const named = options.across ?? (options.stacked ? data.labels.step : "");
    const left = charts.filter(kept);
    for (const chart of charts) chart.place.style.display = left.includes(chart) ? "" : "none";
    for (const [i, { name, box, terms, legend }] of left.entries()) {
      if (i) await new Promise(requestAnimationFrame); // a chart takes a frame or two: what moves beside it goes on between
      if (!box.isConnected) return;
      const { axis, bottom, height } = sizes(i === left.length - 1);
      box.style.height = `${height}px`;
      const own = terms.flatMap((term) => [series(term, term.key, false), series(term, `test_${term.key}`, true)]);
      const traces = [...terms.map((term) => ghost(term, colour)), ...own].filter((trace) => trace.x.length);
      tellCurves(box, data.labels, named || data.labels.step, own.filter((trace) => trace.x.length));
      legend.show(traces.some(({ kind }) => kind === HELD_OUT), traces.some(({ kind }) => kind === BEHIND));
      const seen = traces.map((trace) => ({ ...trace, visible: !hidden.has(`${name} ${trace.kind}`) }));
      const lines = [...new Map(terms.flatMap((term) => term.lines))]; // terms may share a line: it is drawn once
      /** @type {Record<string, unknown>[]} */
      const shapes = lines.map(([value]) => ({ type: "line", xref: "paper", x0: 0, x1: 1, y0: value, y1: value,
                                               line: { color: colour, width: 1, dash: "dash" }, opacity: 0.6 }));
      for (const { band, color } of terms) {
        // what a perfect generator would read: less means nothing
        if (band) shapes.push({ type: "rect", xref: "paper", x0: 0, x1: 1, y0: band[0], y1: band[1], layer: "below",
                                fillcolor: paint(root, color), opacity: 0.35, line: { width: 0 } });
      }
      /** @param {number} step @param {string} dash */
      const mark = (step, dash) => ({ type: "line", yref: "paper", y0: 0, y1: 1, x0: step, x1: step,
                                      line: { color: colour, width: 1, dash } });
      if (marked !== null) shapes.push(mark(marked, "solid"));
      for (const event of events) shapes.push({ ...mark(event.step, "dot"), opacity: 0.4 });
      const notes = lines.map(([value, label]) => ({ xref: "paper", x: 1, xanchor: "left", y: value, text: label,
                                                     showarrow: false, font: { size: letters(11), color: colour } }));
      const grid = "rgba(128,128,128,0.18)";
      Plotly.react(box, seen, {
        uirevision: data.run, // a zoom stays when new points come
        height,
        margin: { l: letters(LEFT), r: letters(options.stacked ? RIGHT : lines.length ? 44 : 12), t: 6, b: bottom },
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        font: { color: colour, size: letters(12) },
        hovermode: "x unified",
        hoverlabel: { bgcolor: getComputedStyle(document.body).backgroundColor },
        showlegend: false,
        xaxis: { gridcolor: grid, zeroline: false, nticks: options.stacked ? 6 : 4, tickangle: 0,
                 tickformat: ",d", dtick: end < 5 ? 1 : null, showticklabels: axis,
                 autorangeoptions: { include: [0, end], minallowed: 0, maxallowed: end },
                 title: named && axis ? { text: named, standoff: 2 } : {} },
        yaxis: { gridcolor: grid, zeroline: false, nticks: 5,
                 ...(terms.some((term) => term.logarithmic) ? { type: "log", dtick: 1 } : {}) },
        shapes,
        annotations: notes,
      }, { displayModeBar: false, responsive: true, doubleClick: "reset" });
    }
  }

  async function soon() {
    again = true;
    if (drawing || options.folded?.()) return;
    drawing = true;
    try {
      while (again && !options.folded?.()) {
        await new Promise(requestAnimationFrame);
        await render();
      }
    } catch {
      root.textContent = data.labels.noChart;
    }
    drawing = false;
  }

  return {
    drawn: false,
    /** @param {Point[]} points @param {{step: number}[]} changes */
    draw(points, changes, planned = 0) {
      history = points;
      events = changes;
      plan = planned;
      this.drawn = true;
      soon();
    },
    recolour() {
      if (this.drawn) soon();
    },
    /** @param {Point[]} points */
    behind(points) {
      before = points;
      soon();
    },
    /** @param {number | null} step */
    mark(step) {
      if (marked === step) return;
      marked = step;
      soon();
    },
    // A level line in the panel of a term, beside those that the term has itself.
    /** @param {string} key @param {number} value @param {string} label */
    level(key, value, label) {
      for (const term of data.terms) if (term.key === key) term.lines = [...term.lines, [value, label]];
      soon();
    },
    /** @param {string | null} key */
    light(key) {
      if (lit === key) return;
      lit = key;
      soon();
    },
  };
}
