// The names of a chart's curves, each with its stroke: a click hides or shows it. Held-out curves and the grey ones of
// the run before are named once for all terms of a chart.

export const HELD_OUT = "held-out";
export const BEHIND = "behind";

// onToggle(key, hidden), onPoint(key or null). Returns {show(held, behind)}: whether there are such curves.
/** @param {Element} parent @param {import("./curves.js").CurveTerm[]} terms @param {Record<string, string>} labels
 * @param {{onToggle: (key: string, hidden: boolean) => void, onPoint: (key: string | null) => void}} told */
export function mountLegend(parent, terms, labels, { onToggle, onPoint }) {
  const root = parent.appendChild(document.createElement("div"));
  root.className = "gl-chart-names";
  /** @param {string} key @param {string} text @param {string} className @param {string} [colour] */
  const entry = (key, text, className, colour) => {
    const button = root.appendChild(document.createElement("button"));
    button.type = "button";
    button.className = `gl-chart-name ${className}`;
    button.textContent = text;
    button.title = labels.hide;
    button.setAttribute("aria-pressed", "true");
    if (colour) button.style.setProperty("--term", colour);
    button.addEventListener("click", () => {
      const hidden = button.getAttribute("aria-pressed") === "true";
      button.setAttribute("aria-pressed", String(!hidden));
      onToggle(key, hidden);
    });
    return button;
  };
  // A page may have several charts with the same words: which curves these belong to
  /** @param {Element} button @param {import("./curves.js").CurveTerm[]} curves */
  const within = (button, curves) =>
    button.setAttribute("aria-label", `${button.textContent}: ${curves.map(({ label }) => label).join(", ")}`);
  for (const term of terms) {
    const button = entry(term.key, term.label, term.dots ? "gl-dots" : term.bound ? "gl-bound" : "", term.color);
    if (term.dots) button.dataset.dots = term.dots;
    if (term.bound && term !== terms[0]) within(button, terms.slice(0, 1));
    button.addEventListener("pointerenter", () => onPoint(term.key));
    button.addEventListener("pointerleave", () => onPoint(null));
  }
  const held = entry(HELD_OUT, labels.heldOut, "gl-held-out");
  const behind = entry(BEHIND, labels.behind, "gl-behind");
  for (const button of [held, behind]) within(button, terms);
  held.dataset.testid = "legend-held-out";
  behind.dataset.testid = "legend-behind";

  /** @param {boolean} anyHeld @param {boolean} anyBehind */
  function show(anyHeld, anyBehind) {
    // they keep their place, lest the chart move when the first of their points come
    held.style.visibility = anyHeld ? "visible" : "hidden";
    behind.style.visibility = anyBehind ? "visible" : "hidden";
  }
  show(false, false);
  return { show };
}
