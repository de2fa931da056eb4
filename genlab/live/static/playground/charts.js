// The stage's charts: two or three beside the picture, the others below it.
import { fetchBehind } from "../shared/curves/behind.js";
import { mountCurves } from "../shared/curves/curves.js";

const BESIDE = ["value", "js", "loss", "losses"];
const TALL = 900; // pixels of a window that has room for more and larger charts

// Returns {all, behind, draw(points, news), seen()}: seen() once there is a picture, for the chart library, larger than
// all else, comes after it.
/** @param {import("./types.js").Page} page @param {import("./types.js").PlayData} data */
export function mountCharts(page, data) {
  const panels = [...new Set(data.terms.flatMap(({ panel }) => panel ?? []))];
  const tall = window.innerHeight >= TALL;
  const beside = BESIDE.filter((name) => panels.includes(name)).slice(0, tall ? 3 : 2);
  const others = panels.filter((name) => !beside.includes(name));
  let seen = () => {};
  const after = new Promise((resolve) => (seen = () => resolve(null)));
  const small = { panels: beside, height: tall ? 170 : 118, after };
  const curves = data.terms.length ? mountCurves(page.curves, data, small) : null;
  const more = others.length ? mountCurves(page.moreCurves, data, { panels: others, height: 190, after, folded: () => !page.more.open }) : null;
  page.more.hidden = data.terms.length === 0;
  const all = [curves, more].filter((chart) => chart !== null);
  /** @type {[import("../core/lab.js").Point[], import("../core/lab.js").RunNews["events"], number] | null} */
  let last = null;
  page.more.addEventListener("toggle", () => last && more?.draw(...last));
  return {
    all,
    behind: fetchBehind(data.base, data.behind, all),
    seen,
    /** @param {import("../core/lab.js").Point[]} points @param {import("../core/lab.js").RunNews} news */
    draw(points, { points: fresh, events, plan }) {
      if (!fresh.length && last) return;
      last = [points, events, plan];
      for (const chart of all) chart.draw(...last);
    },
  };
}
