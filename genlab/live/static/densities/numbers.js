// The numbers beside the picture: each with its formula, its value, its unit and its scale; choosing one shows whence
// it comes.
import { figure } from "../core/format.js";
import { asStop, explainSymbols } from "../shared/symbols.js";

/** @typedef {import("./state.js").NumberKey} NumberKey */
/** @typedef {import("./state.js").IntegralKey} IntegralKey */
/** @typedef {import("./state.js").NumberTerm} NumberTerm */
/** @typedef {import("./state.js").Values} Values */
/**
 * @typedef {object} Row
 * @property {HTMLElement} row
 * @property {HTMLOutputElement} value
 * @property {HTMLElement | null} bar
 * @property {HTMLElement} expect
 * @property {HTMLElement | null} bits
 */

/** @type {Partial<Record<NumberKey, [low: number, high: number]>>} */
const RANGES = { js: [0, Math.log(2)], tv: [0, 1], cost: [-Math.log(4), 0], d_star: [0, 1] };
const IN_NATS = new Set(["kl_pq", "kl_qp", "js", "cost"]);

// Four digits after the point while they tell something; never "-0".
/** @param {number} value */
export function show(value) {
  const size = Math.abs(value);
  const digits = size >= 1000 ? 1 : size >= 100 ? 2 : size >= 10 ? 3 : 4;
  if (size < 0.00005) return "0";
  return value.toFixed(digits).replace("-", "−");
}

// The same number a second time, in another unit, needs no more than three of its digits.
/** @param {number} value */
function short(value) {
  const size = Math.abs(value);
  return figure(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

// As `show`, but D* and C(G), which no two normals bring to the ends of their ranges, are not written as if they were.
/** @param {string} key @param {number} value */
export function shown(key, value) {
  if (key === "d_star" && value < 0.0001) return "< 0.0001";
  if (key === "d_star" && value > 0.9999) return "> 0.9999";
  if (key === "cost" && value > -0.0001) return "> −0.0001";
  return show(value);
}

// The same words again would have the page laid out for nothing.
/** @param {Element} node @param {string} text */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// terms: [{key, name, label, unit, expect, color, formula}]. light(key or null) is told what the pointer is on, choose(key)
// what is chosen. halves: KL of each to their
// mixture. Returns {show(values, probe, halves), choose(key)}.
/** @param {HTMLElement} root @param {NumberTerm[]} terms @param {Record<string, string>} labels
 * @param {{light: (key: NumberKey | null) => void, choose: (key: IntegralKey) => void}} told */
export function mountNumbers(root, terms, labels, { light, choose }) {
  /** @type {Map<NumberKey, Row>} */
  const rows = new Map();
  for (const term of terms) {
    const choosable = term.key !== "d_star"; // it is a function of x, not an integral
    const row = root.appendChild(document.createElement(choosable ? "button" : "div"));
    row.className = "gl-dn-number";
    row.style.setProperty("--term", term.color);
    row.dataset.testid = `row-${term.key}`;
    const formula = row.appendChild(document.createElement("span"));
    formula.className = "gl-dn-formula";
    formula.insertAdjacentHTML("beforeend", term.formula); // our own LaTeX, turned to MathML by the server
    row.dataset.symbols = ""; // the arrow keys go through the symbols of the row that one has come to
    const value = row.appendChild(document.createElement("output"));
    value.dataset.testid = `number-${term.key}`;
    const unit = row.appendChild(document.createElement("small"));
    unit.className = "gl-dn-unit";
    unit.textContent = term.unit;
    const bits = IN_NATS.has(term.key) ? unit.appendChild(document.createElement("span")) : null;
    if (bits) bits.className = "gl-dn-bits";
    const scale = row.appendChild(document.createElement("small"));
    scale.className = "gl-dn-scale";
    const name = scale.appendChild(document.createElement("b"));
    name.textContent = term.name;
    const expect = scale.appendChild(document.createElement("span"));
    expect.textContent = term.expect;
    const bar = RANGES[term.key] ? row.appendChild(document.createElement("i")) : null;
    const { key } = term;
    if (key !== "d_star") {
      row.setAttribute("type", "button");
      row.addEventListener("click", () => choose(key));
    } else asStop(row, term.label);
    for (const [event, on] of Object.entries({ pointerenter: key, focus: key, pointerleave: null, blur: null })) {
      row.addEventListener(event, () => light(on));
    }
    rows.set(term.key, { row, value, bar, expect, bits });
  }

  explainSymbols(root);

  /** @param {NumberKey} key @param {string} text */
  function tell(key, text) {
    const row = rows.get(key);
    if (row) write(row.expect, text);
  }

  return {
    /** @param {Values} values @param {number} probe @param {{p: number, q: number}} halves */
    show(values, probe, halves) {
      for (const [key, entry] of rows) {
        write(entry.value, shown(key, values[key]));
        entry.value.dataset.value = String(values[key]);
        if (entry.bits) write(entry.bits, `${short(values[key] / Math.LN2)} ${labels.bits}`);
        const [low, high] = RANGES[key] ?? [];
        if (!entry.bar || low === undefined || high === undefined) continue;
        entry.bar.style.transform = `scaleX(${(values[key] - low) / (high - low)})`;
      }
      const sum = labels.sum.replace("{p}", show(halves.p)).replace("{q}", show(halves.q));
      tell("cost", sum);
      tell("d_star", labels.at.replace("{x}", probe.toFixed(2).replace("-", "−")));
    },
    /** @param {string} key */
    choose(key) {
      for (const [name, { row }] of rows) if (name !== "d_star") row.setAttribute("aria-pressed", String(name === key));
    },
  };
}
