// What is wrong with a run at the moment that is shown: a line a symptom, its numbers, why, and a fork with what helps.
import { element } from "../../core/dom.js";
import { digits } from "../../core/format.js";
import { count, fill } from "../../core/words.js";

/** @typedef {import("../../core/lab.js").Symptom} Symptom */
/** @typedef {import("../../core/lab.js").Symptoms} Symptoms */
/** @typedef {{why: string, fork: string, knobs: Record<string, string>, values: Record<string, string>}} SymptomWords */

const NOTHING = 1e-4;

// words: "why" and "fork" (with {changes}), the knobs' and their choices' names; onCure(name, step): a fork is asked for.
/** @param {HTMLElement} root @param {SymptomWords} words @param {(name: string, step: number) => void} onCure */
export function mountSymptoms(root, words, onCure) {
  root.classList.add("gl-symptoms");
  root.setAttribute("role", "status");
  root.dataset.testid = "symptoms";
  /** @type {Map<number, Symptom[]>} */
  const seen = new Map();
  /** @type {Symptoms["words"]} */
  const said = {};
  let shown = ""; // what stands there: it is built anew for other symptoms only, or an open "why" would close
  /** @type {{name: string, says: HTMLElement, cure: HTMLButtonElement}[]} */
  let lines = [];
  let moment = 0;

  /** @param {unknown} value */
  const worded = (value) => (typeof value === "number" ? String(value) : (words.values[String(value)] ?? String(value)));
  // A millionth of a nat and none are the same to whoever reads it.
  /** @param {number} number */
  function written(number) {
    if (Number.isInteger(number)) return count(number);
    return digits(Math.abs(number) < NOTHING ? 0 : number);
  }

  /** @param {string} name */
  function build(name) {
    const line = element(root, "div", "gl-symptom", "", { "data-symptom": name });
    const text = element(line, "p");
    element(text, "strong", "", `${said[name].title}: `);
    const says = element(text, "span");
    const why = element(line, "details");
    element(why, "summary", "", words.why);
    element(why, "p", "", said[name].why);
    const cure = element(line, "button", "", "", { type: "button", "data-testid": `cure-${name}` });
    cure.addEventListener("click", () => onCure(name, moment));
    return { name, says, cure };
  }

  return {
    /** @param {Symptoms} news */
    take(news) {
      for (const [step, symptoms] of news.seen) seen.set(step, symptoms);
      Object.assign(said, news.words);
    },
    // step: the newest point at or before the moment that is shown
    /** @param {number} step */
    show(step) {
      const present = seen.get(step) ?? [];
      const names = present.map(([name]) => name).join(" ");
      moment = step;
      if (names !== shown) {
        root.replaceChildren();
        lines = present.map(([name]) => build(name));
        shown = names;
      }
      present.forEach(([name, numbers, cure], i) => {
        const evidence = Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, written(value)]));
        lines[i].says.textContent = fill(said[name].says, evidence);
        const changes = Object.entries(cure).map(([knob, [from, to]]) => `${words.knobs[knob] ?? knob} ${worded(from)} → ${worded(to)}`);
        lines[i].cure.textContent = fill(words.fork, { changes: changes.join(", ") });
        lines[i].cure.hidden = !changes.length;
      });
    },
  };
}
