// The one menu of what is taken home of a run: its code, its curves, its film, its decoder, a line to cite.
import { copyBy } from "../../core/clipboard.js";
import { element } from "../../core/dom.js";
import { fill } from "../../core/words.js";

/**
 * @typedef {object} Group what genlab/views/bench/take_away.py makes
 * @property {string} title
 * @property {string} note
 * @property {{name: string, href: string, testid: string}[]} files
 * @property {boolean} charts whether the page's chart, as it stands, is among them
 * @property {string} cite
 */

// The button that saves the page's first chart as PNG or SVG, where one is drawn.
/** @param {string} format @returns {HTMLElement | null} */
const saver = (format) => document.querySelector(`[data-testid="save-${format}"]`);

// Returns {update(groups, words), show(whether there is anything)}.
/** @param {Element} parent */
export function mountTake(parent) {
  const menu = element(parent, "details", "gl-take", "", { "data-testid": "take-away" });
  const summary = element(menu, "summary");
  const list = element(menu, "div", "", "", { tabindex: -1 }); // who presses within it stays in it
  /** @type {HTMLElement[]} */
  let charts = [];

  const close = () => {
    menu.open = false;
    summary.focus();
  };
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) close();
  });
  menu.addEventListener("focusout", (event) => {
    if (!menu.contains(/** @type {Node | null} */ (event.relatedTarget))) menu.open = false;
  });
  menu.addEventListener("toggle", () => {
    for (const chart of charts) chart.hidden = !saver(chart.dataset.format ?? "");
  });

  /** @param {Group} group @param {Record<string, string>} words */
  function show(group, words) {
    const part = element(list, "section");
    element(part, "h4", "", group.title);
    const row = element(part, "div", "gl-take-row");
    for (const { name, href, testid } of group.files) {
      element(row, "a", "", name, { href, "data-testid": testid });
    }
    for (const format of group.charts ? ["png", "svg"] : []) {
      const chart = element(row, "button", "", fill(words.chart, { format: format.toUpperCase() }), {
        type: "button", "data-testid": `take-${format}`, "data-format": format,
      });
      chart.addEventListener("click", () => saver(format)?.click());
      charts.push(chart);
    }
    if (group.note) element(part, "p", "", group.note);
    if (!group.cite) return;
    element(part, "p", "gl-take-cite", group.cite);
    const copy = element(row, "button", "", words.copyLine, { type: "button", "data-testid": "take-citation" });
    copy.addEventListener("click", () => copyBy(copy, group.cite, words.copied, () => words.copyLine));
  }

  return {
    /** @param {Group[]} groups @param {Record<string, string>} words */
    update(groups, words) {
      summary.textContent = words.take;
      charts = [];
      list.replaceChildren();
      for (const group of groups) show(group, words);
    },
    /** @param {boolean} there */
    show: (there) => (menu.hidden = !there),
  };
}
