// The overview over the whole window, for the last row of a room: the same graph in large type, opened by a button.
import { element } from "../../core/dom.js";
import { mountGraph } from "./graph.js";

const DOT = 2.4; // of its points, in pixels

/** @typedef {ReturnType<typeof mountGraph>} Graph */
/** @typedef {import("../types.js").Node} Part */

// The graph beside the picture and the large one, as one.
/** @param {Element} root @param {{graph: HTMLElement, enlarge: HTMLElement}} page
 * @param {{picture: import("../types.js").Picture, labels: Record<string, string>, onPoint: (part: Part | null) => void, draws: () => void}} told
 * @returns {Graph} */
export function mountGraphs(root, page, { onPoint, ...told }) {
  const graphs = [
    mountGraph(page.graph, { picture: told.picture, onPoint }),
    mountLarge(root, page.enlarge, told),
  ];
  return {
    draw: (scene) => graphs.forEach((graph) => graph.draw(scene)),
    say: (values) => graphs.forEach((graph) => graph.say(values)),
    light: (parts) => graphs.forEach((graph) => graph.light(parts)),
  };
}

// button: opens it; draws(): it is open now, and to be drawn.
/** @param {Element} root @param {HTMLElement} button
 * @param {{picture: import("../types.js").Picture, labels: Record<string, string>, draws: () => void}} told @returns {Graph} */
function mountLarge(root, button, { picture, labels, draws }) {
  const dialog = element(root, "dialog", "gl-play-large", "", { "aria-label": labels.graph, "data-testid": "overview" });
  const head = element(dialog, "header", "");
  element(head, "strong", "", labels.graph);
  const close = element(head, "button", "gl-play-button", labels.close, { type: "button", "data-testid": "overview-close" });
  const place = element(dialog, "div", "gl-play-graph");
  const says = element(dialog, "p", "", labels.enlargeHint, { role: "status" });
  const graph = (mountGraph(place, {
    picture,
    dot: DOT,
    called: "large",
    /** @param {Part | null} part */
    onPoint(part) {
      says.textContent = part?.says ?? labels.enlargeHint;
      graph.light(part ? [part.name] : []);
    },
  }));
  button.addEventListener("click", () => {
    dialog.showModal();
    draws();
  });
  close.addEventListener("click", () => dialog.close());
  return {
    draw: (scene) => dialog.open && graph.draw(scene),
    say: graph.say,
    light: graph.light,
  };
}
