// How good the generator is, in numbers that say what a perfect one would have: JS, modes, shares, quality.
import { square } from "../core/canvas.js";
import { element } from "../core/dom.js";
import { digits, figure } from "../core/format.js";
import { COLORS } from "../core/palette.js";
import { tell } from "../shared/told/told.js";
import { fill } from "../core/words.js";
import { explain } from "../shared/note.js";

/** @type {(values: Record<string, number>, frame: import("./types.js").Frame | null, ink: string) => void} */
const nothing = () => {};
const BARS = 30;
const LOG_2 = Math.log(2);

// data: the stage's, with exact (whether the density of the data is known), modes (how many there are), ceiling (a perfect high quality), terms (JS has its band).
/** @param {HTMLElement} root @param {import("./types.js").PlayData} data */
export function mountNumbers(root, data) {
  const { labels } = data;
  if (!data.exact) {
    element(root, "p", "gl-play-unknown", labels.noDensity).dataset.testid = "no-density";
    return { show: nothing };
  }
  const band = data.terms.find((term) => term.key === "js")?.band ?? null;
  /** @param {string} key @param {string} title @param {string} help */
  const tile = (key, title, help) => {
    const box = element(root, "div", "gl-play-tile");
    explain(box, help);
    element(box, "small", "", title);
    const number = element(box, "output", "", "–");
    number.dataset.testid = `number-${key}`;
    return { box, number };
  };
  const js = tile("js", labels.js, labels.jsHelp);
  const meter = element(js.box, "div", "gl-play-meter");
  if (band) {
    const floor = element(meter, "i", "gl-play-band");
    Object.assign(floor.style, { left: share(band[0]), width: share(band[1] - band[0]) });
  }
  const mark = element(meter, "b", "");
  const curve = data.dimensions === 2 && data.latents === 1;
  element(js.box, "small", "gl-play-note", curve ? labels.jsCurve : band ? fill(labels.jsNote, { floor: band[1].toFixed(4) }) : labels.jsEnds);
  const modes = data.modes ? tile("modes", labels.modes, `${labels.modesHelp} ${labels.shares}`) : null;
  if (modes) element(modes.box, "small", "gl-play-note", labels.modesNote);
  const quality = data.modes && data.ceiling ? tile("high_quality", labels.quality, labels.qualityHelp) : null;
  if (quality) element(quality.box, "small", "gl-play-note", fill(labels.perfect, { ceiling: percent(data.ceiling ?? 1) }));
  const bars = modes ? element(modes.box, "canvas", "gl-play-bars") : null;
  if (bars) {
    bars.dataset.testid = "shares";
    bars.setAttribute("role", "img");
    bars.setAttribute("aria-label", labels.shares);
  }

  /** @param {number} value */
  function share(value) {
    return `${(100 * Math.min(LOG_2, Math.max(0, value))) / LOG_2}%`;
  }

  /** @param {HTMLCanvasElement} bars @param {number[]} shares @param {string} ink */
  function drawShares(bars, shares, ink) {
    const { context, side: width } = square(bars, BARS);
    const height = BARS;
    tell(bars, () => `${labels.shares} ${shares.map(percent).join(", ")}`);
    const even = 1 / shares.length;
    const top = Math.max(2 * even, ...shares);
    const wide = width / shares.length;
    context.fillStyle = COLORS.generated;
    shares.forEach((value, i) => {
      const tall = Math.max(1, (value / top) * (height - 4));
      context.fillRect(i * wide + 1, height - tall, Math.max(1, wide - 2), tall);
    });
    context.strokeStyle = ink;
    context.setLineDash([3, 3]);
    context.beginPath();
    const level = height - (even / top) * (height - 4);
    context.moveTo(0, level);
    context.lineTo(width, level);
    context.stroke();
    context.setLineDash([]);
  }

  return {
    /** @param {Record<string, number>} values @param {import("./types.js").Frame | null} frame @param {string} ink */
    show(values, frame, ink) {
      /** @param {string} key */
      const has = (key) => Number.isFinite(values[key]);
      // Runs of before do not say it; no finer than the number beside it, and never finer than a thousandth.
      const reach = has("js_error") ? ` ± ${figure(Math.max(0.001, values.js_error), 3)}` : "";
      js.number.textContent = has("js") ? `${digits(values.js)}${reach} ${labels.nats}` : "–";
      mark.style.left = has("js") ? share(values.js) : "0";
      mark.hidden = !has("js");
      const found = has("modes") ? fill(labels.of, { n: Math.round(values.modes), all: data.modes }) : "–";
      if (modes) modes.number.textContent = found;
      if (quality) quality.number.textContent = has("high_quality") ? percent(values.high_quality) : "–";
      if (bars && frame?.shares) drawShares(bars, Array.from(frame.shares), ink);
    },
  };
}

/** @param {number} value */
function percent(value) {
  return `${(100 * value).toFixed(1)} %`;
}
