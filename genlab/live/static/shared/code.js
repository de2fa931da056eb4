// The code that computes what one looks at: the lines of a step, those of the term or the stage that one points at lit.
import { element } from "../core/dom.js";

/** @typedef {[text: string, marks: string[], runs: boolean]} Line */
/** @typedef {{name: string, file: string, lines: Line[]}} Part */

// Who opened it wants it open when a view is made anew: Start makes a run of what was untrained.
let wanted = false;

// from: the address of the code, fetched when the panel is first opened. words: title, help, label, gone.
/** @param {HTMLDetailsElement} root @param {{from: string, words: Record<string, string>}} data */
export function mountCode(root, { from, words }) {
  root.classList.add("gl-code");
  root.dataset.testid = "code";
  element(root, "summary", "", words.title);
  element(root, "p", "gl-code-help", words.help);
  // A region that scrolls is reached by the keyboard.
  const place = element(root, "div", "gl-code-lines", "", { tabindex: 0, role: "region", "aria-label": words.label });
  /** @type {[row: HTMLElement, marks: string[]][]} */
  let rows = [];
  /** @type {string | null} */
  let lit = null;
  let asked = false;
  let pointing = false; // at a line: nothing scrolls away from below the pointer

  /** @param {Part} part */
  function draw(part) {
    const box = element(place, "section");
    element(box, "p", "gl-code-name", part.name, { title: part.file });
    const list = element(box, "pre");
    for (const [text, marks, runs] of part.lines) {
      const row = element(list, "code", runs ? "" : "gl-code-idle", `${text}\n`);
      if (!marks.length || !runs) continue;
      rows.push([row, marks]);
      row.dataset.marks = marks.join(" ");
      const [term] = marks.filter((mark) => !mark.startsWith("stage"));
      if (!term) continue;
      /** @param {string | null} key */
      const tell = (key) => root.dispatchEvent(new CustomEvent("term", { bubbles: true, detail: key }));
      row.addEventListener("pointerenter", () => {
        pointing = true;
        tell(term);
      });
      row.addEventListener("pointerleave", () => {
        tell(null);
        pointing = false;
      });
    }
  }

  async function load() {
    if (asked) return;
    asked = true;
    const answer = await fetch(from).catch(() => null);
    if (answer?.status !== 200) {
      asked = false; // the next opening asks again
      place.textContent = words.gone;
      return;
    }
    const { parts } = await answer.json();
    rows = [];
    place.replaceChildren();
    parts.forEach(draw);
    light(lit);
  }

  /** @param {string | null} mark */
  function light(mark) {
    lit = mark;
    for (const [row, marks] of rows) row.classList.toggle("gl-lit", mark !== null && marks.includes(mark));
    const first = rows.find(([, marks]) => mark !== null && marks.includes(mark))?.[0];
    if (!first || !root.open || pointing) return;
    const seen = place.getBoundingClientRect();
    const at = first.getBoundingClientRect();
    if (at.top < seen.top || at.bottom > seen.bottom) place.scrollTop += at.top - seen.top - seen.height / 3;
  }

  root.addEventListener("toggle", () => {
    if (root.isConnected) wanted = root.open;
    if (root.open) load();
  });
  root.open = wanted;
  return { light, root };
}
