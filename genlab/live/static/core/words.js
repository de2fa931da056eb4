// What is said of a run's state, in one way wherever one is shown.

/** @param {number} number */
export function count(number) {
  return Math.round(number).toLocaleString("en-US");
}

// A text with what stands in its braces: "{n} of {all}".
/** @param {string} text @param {Record<string, string | number>} values */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

// The moment that is shown comes first: null where it is the run's present one.
/** @param {Record<string, string>} labels @param {import("./lab.js").RunNews} news @param {number | null} shown */
export function statusText(labels, news, shown = null) {
  const parts = [news.waits ?? labels[news.state], fill(labels.ofPlan, { n: count(news.step), plan: count(news.plan) })];
  if (shown !== null) return [fill(labels.looking, { n: count(shown) }), ...parts].join(" · ");
  parts.push(`${news.seconds.toFixed(1)} s`);
  if (news.seconds > 0) parts.push(`${count(news.step / news.seconds)} ${labels.speed}`);
  return parts.join(" · ");
}
