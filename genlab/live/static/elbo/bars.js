// The identity as bars on one axis in nats: log p(x), split into ELBO and gap; the ELBO, split again; and the chain of
// importance weighted bounds in between.
import { change, draw } from "../core/svg.js";

/** @typedef {ReturnType<typeof import("../maths/bound.js").terms>} Terms */
/** @typedef {Record<1 | 5 | 50, number>} Chain the bounds of k samples: ELBO, IWAE_5, IWAE_50, in nats */
/** @typedef {"logPx" | "elbo" | "reconstruction" | "chain"} Row */

const LEFT = 6;
const RIGHT = 6;
const ROW = 43;
const BAR = 17;
const NAME = 14;
/** @type {Row[]} */
const ROWS = ["logPx", "elbo", "reconstruction", "chain"];
const AXIS = ROWS.length * ROW + 4;
export const HEIGHT = AXIS + 32;
const BEST = 1; // no reconstruction is above 0.7 nats where s is 0.2 or more
const USUAL_LOW = -8;
const DOUBLINGS = 3; // of the axis, for an ELBO that is far below log p(x)
const HALF = 14; // pixels: half of a number on the axis

// The axis: it depends on x, w and s, and on q in few, large steps, so that the bar of log p(x) stays as long as it is
// while q moves.
/** @param {number} logPx @param {number} elbo */
export function range(logPx, elbo) {
  let low = Math.min(USUAL_LOW, Math.floor(logPx) - 5);
  for (let i = 0; i < DOUBLINGS && elbo < low; i++) low *= 2;
  return [low, BEST];
}

/** @param {number} span */
export function niceStep(span) {
  return [1, 2, 5, 10, 20, 50].find((step) => span / step <= 8) ?? 100;
}

/** @param {Element} root @param {{labels: Record<string, string>}} data */
export function mountBars(root, { labels }) {
  const svg = draw(root, "svg", { class: "gl-lg-bars", height: HEIGHT, role: "img", "data-testid": "elbo-bars" });
  const hatch = `gl-lg-hatch-${Math.random().toString(36).slice(2)}`;
  const pattern = draw(draw(svg, "defs"), "pattern", {
    id: hatch, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
  draw(pattern, "rect", { width: 6, height: 6, class: "gl-lg-hatch-back" });
  draw(pattern, "rect", { width: 2.5, height: 6, class: "gl-lg-hatch" });
  const axis = draw(svg, "g", { class: "gl-lg-axes" });
  /** @param {Row} row */
  const top = (row) => ROWS.indexOf(row) * ROW + NAME + 3;
  const tops = { logPx: top("logPx"), elbo: top("elbo"), reconstruction: top("reconstruction"), chain: top("chain") };
  /** @param {Row} row @param {string} key @param {string} [fill] */
  const piece = (row, key, fill) => draw(svg, "rect", {
    class: `gl-lg-piece gl-lg-piece-${key}`, y: tops[row], height: BAR, "data-term": key, "data-testid": `bar-${key}`,
    ...(fill ? { style: `fill: ${fill}` } : {}) });
  const pieces = {
    log_px: piece("logPx", "log_px"),
    elbo: piece("elbo", "elbo"),
    kl_posterior: piece("elbo", "kl_posterior", `url(#${hatch})`),
    reconstruction: piece("reconstruction", "reconstruction"),
    kl_prior: piece("reconstruction", "kl_prior"),
  };
  /** @param {Row} row @param {string} text @param {string} anchor */
  const name = (row, text, anchor) => draw(svg, "text", { class: "gl-lg-bar-name", y: tops[row] - 4,
                                                         "text-anchor": anchor }, text);
  const names = [name("logPx", labels.logPx, "start"), name("elbo", labels.elbo, "start"),
                 name("reconstruction", labels.reconstruction, "start"), name("chain", labels.chain, "start")];
  const gapName = name("elbo", labels.gap, "start");
  const priorName = name("reconstruction", labels.minusKl, "start");
  const beyond = draw(svg, "text", { class: "gl-lg-bar-name gl-lg-beyond", y: tops.elbo + BAR - 4, x: LEFT + 4 });
  const guides = ["elbo", "logPx"].map(() => draw(svg, "line", { class: "gl-lg-guide", y1: NAME, y2: AXIS }));
  const marks = /** @type {const} */ ([1, 5, 50]).map((k) => {
    const group = draw(svg, "g", { class: "gl-lg-mark", "data-testid": `iwae-${k}`, "data-part": "chain" });
    draw(group, "line", { y1: tops.chain, y2: tops.chain + BAR });
    return { k, group, text: draw(group, "text", { y: tops.chain - 4, "text-anchor": "middle" }, `${k}`) };
  });
  const rail = draw(svg, "line", { class: "gl-lg-rail", y1: tops.chain + BAR / 2, y2: tops.chain + BAR / 2 });
  let width = 0;
  /** @type {[Terms, Chain | null] | null} */
  let present = null;

  // chain: {1: ELBO, 5: IWAE_5, 50: IWAE_50}, or null where all of it is far off the axis.
  /** @param {Terms} terms @param {Chain | null} chain */
  function show(terms, chain) {
    present = [terms, chain];
    if (!width) return;
    const [low, high] = range(terms.logPx, terms.elbo);
    /** @param {number} nats */
    const at = (nats) => LEFT + ((Math.max(low, Math.min(high, nats)) - low) / (high - low)) * (width - LEFT - RIGHT);
    /** @param {Element} node @param {number} a @param {number} b */
    const from = (node, a, b) => change(node, { x: at(a), width: Math.max(0, at(b) - at(a)) });
    from(pieces.log_px, low, terms.logPx);
    from(pieces.elbo, low, terms.elbo);
    from(pieces.kl_posterior, terms.elbo, terms.logPx);
    from(pieces.reconstruction, low, terms.reconstruction);
    from(pieces.kl_prior, terms.elbo, terms.reconstruction);
    for (const text of names) change(text, { x: LEFT });
    // At their pieces' beginnings, as far as the row's own name and the edge allow
    for (const [text, own] of [[gapName, names[1]], [priorName, names[2]]]) {
      const room = width - RIGHT - text.getComputedTextLength();
      const taken = LEFT + own.getComputedTextLength() + 12;
      change(text, { x: Math.max(taken, Math.min(room, at(terms.elbo))) });
    }
    beyond.textContent = terms.elbo < low ? `◂ ${labels.beyond}` : "";
    change(guides[0], { x1: at(terms.elbo), x2: at(terms.elbo) });
    change(guides[1], { x1: at(terms.logPx), x2: at(terms.logPx) });
    change(rail, { x1: at(chain ? chain[1] : terms.logPx), x2: at(terms.logPx) });
    let taken = Infinity;
    for (const { k, group, text } of [...marks].reverse()) {
      const seen = chain !== null && chain[k] >= low;
      group.style.display = seen ? "" : "none";
      if (!seen) continue;
      change(group, { transform: `translate(${at(chain[k])} 0)` });
      const free = taken - at(chain[k]) >= 16 && at(chain[k]) > 150; // at the left stands the row's name
      text.style.display = free ? "" : "none";
      if (free) taken = at(chain[k]);
    }
    axis.replaceChildren();
    const step = niceStep(high - low);
    for (let nats = Math.ceil(low / step) * step; nats <= high; nats += step) {
      draw(axis, "line", { x1: at(nats), x2: at(nats), y1: NAME, y2: AXIS });
      const x = Math.max(HALF, Math.min(width - HALF, at(nats)));
      draw(axis, "text", { x, y: AXIS + 14, "text-anchor": "middle" }, String(nats).replace("-", "−"));
    }
    draw(axis, "text", { x: width - RIGHT, y: AXIS + 29, "text-anchor": "end" }, labels.axisNats);
  }

  return {
    show,
    /** @param {number} pixels */
    resize(pixels) {
      width = pixels;
      change(svg, { width: pixels });
      if (present) show(...present);
    },
    /** @param {string | null} key */
    light(key) {
      for (const [name, node] of Object.entries(pieces)) node.classList.toggle("gl-lg-lit", name === key);
    },
    /** @param {string} text */
    describe: (text) => change(svg, { "aria-label": text }),
  };
}
