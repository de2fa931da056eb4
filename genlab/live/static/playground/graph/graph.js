// The overview: which part hands what to which, with a live picture in each, and arrows back for the gradients.
import { digits } from "../../core/format.js";
import { drawScene } from "../scene.js";

// Places are in a box of 100 x 38; a node's picture is WIDE wide, the verdict's a little more. What the parts are comes
// from the family (genlab/models/play.py).
const WIDE = 15;
const HEIGHT = 38;

/** @param {string} symbol */
const lowered = (symbol) => symbol.replace(/_(\w+)/, '<tspan dy=".25em" font-size=".73em">$1</tspan>');

// What flows along a line, over the middle of its longest level part.
/** @param {string} symbol @param {number[]} points */
function written(symbol, points) {
  let [longest, x, y] = [0, 0, 0];
  for (let i = 0; i + 3 < points.length; i += 2) {
    const long = points[i + 1] === points[i + 3] ? Math.abs(points[i + 2] - points[i]) : 0;
    if (long > longest) [longest, x, y] = [long, (points[i] + points[i + 2]) / 2, points[i + 1]];
  }
  return symbol ? `<text x="${x}" y="${y}" dy="-.25em" text-anchor="middle">${lowered(symbol)}</text>` : "";
}

let graphs = 0; // the heads of a graph's arrows are looked up in the whole page, by name

// picture: {nodes, arrows, backs, verdict}; onPoint(node, or null when one points at none); dot: the points' radius;
// called: the parts' test ids before their names.
/**
 * @param {HTMLElement} root
 * @param {{picture: import("../types.js").Picture, onPoint: (node: import("../types.js").Node | null) => void, dot?: number,
 *   called?: string}} options
 */
export function mountGraph(root, { picture, onPoint, dot = 1, called = "part" }) {
  const head = `gl-play-head-${graphs++}`;
  const { nodes, arrows, backs, verdict } = picture;
  const at = Object.fromEntries(nodes.map((node) => [node.name, node.at]));
  /** @param {string} points @param {string} part @param {string} kind */
  const line = (points, part, kind) =>
    `<polyline points="${points}" class="gl-play-${kind}" ${part}
      marker-end="url(#${head})"/>`;
  /** @param {[x: number, y: number]} at @returns {[x: number, y: number]} */
  const middle = ([x, y]) => [x + WIDE / 2, y + WIDE / 2];
  const forward = arrows.map(([from, to]) => {
    const [a, b] = [middle(at[from]), middle(at[to])];
    const far = Math.hypot(b[0] - a[0], b[1] - a[1]);
    const cut = WIDE / 2 / (Math.max(Math.abs(b[0] - a[0]), Math.abs(b[1] - a[1])) / far) + 0.8;
    const [ux, uy] = [(b[0] - a[0]) / far, (b[1] - a[1]) / far];
    const ends = `${a[0] + ux * cut},${a[1] + uy * cut} ${b[0] - ux * (cut + 0.6)},${b[1] - uy * (cut + 0.6)}`;
    return line(ends, `data-from="${from}" data-to="${to}"`, "forth");
  });
  const back = backs.map(([name, points, symbol]) =>
    line(points.join(" "), `data-part="${name}"`, "back") + written(symbol, points));
  // Of one size, however wide the line is: by itself a head grows with it.
  const marker = `<marker id="${head}" viewBox="0 0 6 6" refX="5" refY="3" markerUnits="userSpaceOnUse" markerWidth="1.8"
    markerHeight="1.8" orient="auto"><path d="M0,0L6,3L0,6z" fill="currentColor"/></marker>`;
  root.innerHTML = `<svg viewBox="0 0 100 ${HEIGHT}" aria-hidden="true"><defs>${marker}</defs>
    ${forward.join("")}${back.join("")}</svg>`;
  /** @type {Record<string, HTMLElement>} */
  const boxes = {};
  for (const node of nodes) {
    const { name, label, says, at: [x, y] } = node;
    const box = root.appendChild(document.createElement("button"));
    box.type = "button";
    box.className = "gl-play-node";
    box.dataset.part = name;
    box.dataset.testid = `${called}-${name}`;
    Object.assign(box.style, { left: `${x}%`, top: `${(y / HEIGHT) * 100}%` });
    boxes[name] = box.appendChild(document.createElement(node.shows.length ? "canvas" : "output"));
    box.appendChild(document.createElement("span")).textContent = label;
    if (node.shows.length) boxes[name].setAttribute("aria-hidden", "true"); // the button has the words
    if (node.symbol) boxes[name].textContent = node.symbol;
    box.setAttribute("aria-label", `${label}: ${says}`);
    for (const event of ["pointerenter", "focus", "click"]) box.addEventListener(event, () => onPoint(node));
    for (const event of ["pointerleave", "blur"]) box.addEventListener(event, () => onPoint(null));
  }

  return {
    // pictures: frame -> each part's own layers; scene: as for drawScene, without layers
    /** @param {import("../types.js").Seen} scene */
    draw(scene) {
      for (const { name, shows } of nodes)
        if (shows.length) drawScene(/** @type {HTMLCanvasElement} */ (boxes[name]), { ...scene, dot, layers: new Set(shows) });
    },
    /** @param {Record<string, number>} values */
    say(values) {
      const known = verdict.filter(([key]) => key in values);
      const rows = known.map(([key, text]) => `${text} ${digits(values[key])}`);
      boxes.verdict.textContent = rows.join("\n");
    },
    /** @param {string[]} parts */
    light(parts) {
      for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-part]")))
        element.classList.toggle("gl-play-lit", parts.includes(element.dataset.part ?? ""));
      for (const arrow of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-from]")))
        arrow.classList.toggle("gl-play-lit", [arrow.dataset.from, arrow.dataset.to].every((end) => parts.includes(end ?? "")));
      root.classList.toggle("gl-play-some-lit", parts.length > 0);
    },
  };
}
