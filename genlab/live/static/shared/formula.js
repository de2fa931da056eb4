// The objective, each term's present number under it, in the term's one colour; what to expect of a term below them all.
import { digits } from "../core/format.js";
import { asStop, explainSymbols } from "./symbols.js";

/** @typedef {{key: string, label: string, unit: string, expect: string, color: string}} FormulaTerm */
/** @typedef {{key?: string, mathml?: string}} Piece of a formula: a term's symbol, what stands between, or a new line */
/** @typedef {{boxes: HTMLElement[], keys: string[]}} Line of a formula, and the terms that it is the first to name */
// write: turns a number into the text under its term.
/** @param {HTMLElement} root @param {{terms: FormulaTerm[], formula: Piece[], labels: any}} data */
export function mountFormula(root, data, write = digits) {
  const terms = new Map(data.terms.map((term) => [term.key, term]));
  /** @type {[key: string, number: HTMLOutputElement][]} */
  const numbers = []; // a term may stand in it twice
  /** @type {Line[]} */
  const lines = []; // all after the first
  /** @type {string | null} */
  let held = null; // the term that one has tapped, or that has the keyboard's focus
  /** @param {string | null} key */
  const point = (key) => {
    root.dispatchEvent(new CustomEvent("term", { bubbles: true, detail: key ?? held }));
    explain(key ?? held);
  };
  const expected = data.formula.flatMap(({ key }) => terms.get(key ?? "") ?? []).filter((term) => term.expect);
  for (const piece of data.formula) {
    const box = root.appendChild(document.createElement("div"));
    if (!piece.mathml) lines.push({ boxes: [], keys: [] });
    lines.at(-1)?.boxes.push(box);
    if (!piece.mathml) {
      box.className = "gl-break"; // the next formula begins on a line of its own
      continue;
    }
    box.className = piece.key ? "gl-piece gl-term" : "gl-piece";
    const symbol = box.appendChild(document.createElement("div"));
    symbol.className = "gl-symbol";
    symbol.insertAdjacentHTML("beforeend", piece.mathml); // our own LaTeX, turned to MathML by the server
    const number = box.appendChild(document.createElement("output"));
    const unit = box.appendChild(document.createElement("small"));
    const term = piece.key && terms.get(piece.key);
    if (!term) continue;
    box.style.setProperty("--term", term.color);
    box.dataset.term = term.key;
    number.textContent = "–";
    number.dataset.testid = `term-${term.key}`;
    unit.textContent = term.unit;
    if (!numbers.some(([key]) => key === term.key)) lines.at(-1)?.keys.push(term.key);
    numbers.push([term.key, number]);
    box.addEventListener("pointerenter", () => point(term.key));
    box.addEventListener("pointerleave", () => point(null));
    // A finger has no hover: what is tapped says what to expect, and goes on saying it. The keyboard comes by the symbols.
    box.tabIndex = symbol.querySelector("[data-symbol]") ? -1 : 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", [term.label, term.unit, term.expect].filter(Boolean).join(". "));
    box.addEventListener("focus", () => point((held = term.key)));
    box.addEventListener("blur", () => {
      held = null;
      point(null);
    });
  }
  if (root.querySelector("[data-symbol]")) asStop(root, data.labels.formula);
  explainSymbols(root, (symbol) => point(symbol?.closest(".gl-term")?.getAttribute("data-term") ?? null));
  const note = expected.length ? root.appendChild(document.createElement("p")) : null;

  /** @param {string | null} key */
  function explain(key) {
    if (!note) return;
    const term = terms.get(key ?? "") ?? expected[0];
    note.dataset.open = String(Boolean(key));
    note.replaceChildren(Object.assign(document.createElement("b"), { textContent: term.label }));
    note.append(term.expect ? `${data.labels.told_colon}${term.expect}` : term.unit && ` (${term.unit})`);
  }
  if (note) {
    note.className = "gl-expect";
    note.dataset.testid = "expect";
    explain(null);
  }

  return {
    /** @param {Record<string, number>} values */
    show(values) {
      for (const [key, number] of numbers) number.textContent = write(values[key]); // before a first point: none
      if (!Object.keys(values).length) return;
      // What was not told when the run made these numbers, it will never tell: no dashes for ever.
      for (const { boxes, keys } of lines) {
        const told = !keys.length || keys.some((key) => key in values);
        for (const box of boxes) box.hidden = !told;
      }
    },
    /** @param {string | null} key */
    light(key) {
      for (const box of root.children) {
        box.classList.toggle("gl-lit", Boolean(key) && box.getAttribute("data-term") === key);
      }
    },
  };
}
