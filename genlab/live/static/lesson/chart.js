// A small chart in SVG: axes with ticks at round numbers, curves, bars, level lines, and a guess drawn by hand.
/** @typedef {import("./types.js").Place} Place */
/** @typedef {import("./types.js").Range} Range */

const WIDTH = 420;
const HEIGHT = 220;
const MARGIN = { left: 52, right: 12, top: 10, bottom: 38 };
const AXIS_NAME = 24; // at the left of what is written along y
const LETTER = 6.5;
const NS = "http://www.w3.org/2000/svg";

/**
 * @template {keyof SVGElementTagNameMap} T
 * @param {Element} parent @param {T} tag @param {Record<string, string | number>} attributes @param {string} text
 */
function node(parent, tag, attributes = {}, text = "") {
  const made = parent.appendChild(document.createElementNS(NS, tag));
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  if (text) made.textContent = text;
  return made;
}

// Round numbers that share a range in about `count` steps.
/** @param {Range} range @param {number} count */
export function ticks([low, high], count = 5) {
  const raw = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw) ?? 10 * power;
  /** @type {number[]} */
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) found.push(k * step);
  return found;
}

// As the words beside the chart write it: with commas, and in powers of ten only where there is no other way.
/** @param {number} value */
export function label(value) {
  const size = Math.abs(value);
  if (size < 1e-12) return "0";
  const plain = size >= 1e-4 && size < 1e7;
  const text = plain ? Number(value.toPrecision(3)).toLocaleString("en-US", { maximumFractionDigits: 6 }) : value.toExponential(0);
  return text.replace("-", "−");
}

// On a logarithmic axis: powers of ten, and between few of them 2 and 5 times these.
/** @param {Range} range */
export function powers([low, high]) {
  const factors = high / low < 1000 ? [1, 2, 5] : [1];
  /** @type {number[]} */
  const found = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++)
    found.push(...factors.map((factor) => factor * 10 ** power).filter((at) => at >= low && at <= high));
  return found;
}

// x, y: ranges; logarithmic: of x, in powers of ten; categories: names in place of numbers on x.
/** @typedef {ReturnType<typeof createChart>} Chart */
/**
 * @param {Element} parent
 * @param {{x: Range, y: Range, xTitle?: string, yTitle?: string,
 *   logarithmic?: boolean, categories?: string[] | null}} axes
 */
export function createChart(parent, { x, y, xTitle = "", yTitle = "", logarithmic = false, categories = null }) {
  const svg = node(parent, "svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "gl-chart", role: "img" });
  const along = ticks(y, 4);
  const start = Math.max(MARGIN.left, AXIS_NAME + LETTER * Math.max(...along.map((tick) => label(tick).length)));
  const inner = { width: WIDTH - start - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom };
  /** @param {number} value */
  const onX = (value) => (logarithmic ? Math.log10(value) : value);
  const [left, right] = x.map(onX);
  /** @param {number} value */
  const px = (value) => start + ((onX(value) - left) / (right - left || 1)) * inner.width;
  /** @param {number} value */
  const py = (value) => MARGIN.top + (1 - (value - y[0]) / (y[1] - y[0] || 1)) * inner.height;

  const axes = node(svg, "g", { class: "gl-chart-axes" });
  for (const tick of along) {
    node(axes, "line", { x1: start, x2: WIDTH - MARGIN.right, y1: py(tick), y2: py(tick) });
    node(axes, "text", { x: start - 6, y: py(tick) + 4, "text-anchor": "end" }, label(tick));
  }
  const bottom = HEIGHT - MARGIN.bottom;
  if (categories) {
    categories.forEach((category, index) =>
      node(axes, "text", { x: px(index), y: bottom + 14, "text-anchor": "middle" }, category));
  } else {
    for (const tick of logarithmic ? powers(x) : ticks(x, 6)) node(axes, "text", { x: px(tick), y: bottom + 14, "text-anchor": "middle" }, label(tick));
  }
  node(axes, "text", { x: start + inner.width / 2, y: HEIGHT - 6, "text-anchor": "middle" }, xTitle);
  node(axes, "text", { x: 0, y: 0, transform: `translate(12 ${MARGIN.top + inner.height / 2}) rotate(-90)`,
                       "text-anchor": "middle" }, yTitle);
  const guessed = node(svg, "polyline", { class: "gl-chart-guess" });
  const marked = node(svg, "g", { class: "gl-chart-mark" });
  const handle = node(svg, "circle", { class: "gl-chart-handle", r: 5, visibility: "hidden" });

  return {
    svg,
    /** @param {Place[]} points @param {string} role */
    curve(points, role, dashed = false) {
      const known = points.filter(([, value]) => Number.isFinite(value));
      node(svg, "polyline", {
        class: `gl-chart-curve gl-role-${role}${dashed ? " gl-chart-dashed" : ""}`,
        points: known.map(([at, value]) => `${px(at).toFixed(1)},${py(value).toFixed(1)}`).join(" "),
      });
    },
    /** @param {number} index @param {number} count @param {number} place @param {number} value @param {string} role */
    bar(index, count, place, value, role) {
      const group = 0.8 * (px(1) - px(0));
      const width = group / count;
      const [top, base] = [py(Math.max(0, value)), py(Math.min(0, Math.max(value, y[0])))];
      node(svg, "rect", { class: `gl-chart-bar gl-role-${role}`, x: px(index) - group / 2 + place * width, y: top,
                          width: Math.max(1, width - 1), height: Math.max(0, base - top) });
    },
    /** @param {number} value @param {string} text */
    level(value, text) {
      node(svg, "line", { class: "gl-chart-level", x1: start, x2: WIDTH - MARGIN.right, y1: py(value), y2: py(value) });
      node(svg, "text", { class: "gl-chart-level", x: WIDTH - MARGIN.right, y: py(value) - 4, "text-anchor": "end" }, text);
    },
    // A place on x, null for none; values: [role, y] of the curves there.
    /** @param {number | null} at @param {[role: string, y: number][]} values */
    mark(at, values = []) {
      marked.replaceChildren();
      svg.append(marked); // over the curves
      if (at === null) return;
      const x = px(at).toFixed(1);
      node(marked, "line", { x1: x, x2: x, y1: MARGIN.top, y2: bottom });
      for (const [role, y] of values)
        if (Number.isFinite(y)) node(marked, "circle", { cx: x, cy: py(y).toFixed(1), r: 4, class: `gl-role-${role}` });
    },
    /** @param {Place[]} points @param {number | null} at */
    guess(points, at = null) {
      guessed.setAttribute("points", points.map(([a, b]) => `${px(a).toFixed(1)},${py(b).toFixed(1)}`).join(" "));
      handle.setAttribute("visibility", at === null ? "hidden" : "visible");
      if (at === null) return;
      handle.setAttribute("cx", String(px(points[at][0])));
      handle.setAttribute("cy", String(py(points[at][1])));
    },
    // The chart's values at a place of the screen.
    /** @param {number} clientX @param {number} clientY @returns {Place} */
    valueAt(clientX, clientY) {
      const box = svg.getBoundingClientRect();
      const [across, down] = [((clientX - box.left) / box.width) * WIDTH, ((clientY - box.top) / box.height) * HEIGHT];
      const place = left + ((across - start) / inner.width) * (right - left);
      return [logarithmic ? 10 ** place : place, y[0] + (1 - (down - MARGIN.top) / inner.height) * (y[1] - y[0])];
    },
  };
}
