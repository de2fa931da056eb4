// Small help for drawings in SVG.

/** @typedef {Record<string, string | number>} Attributes */
const NAMESPACE = "http://www.w3.org/2000/svg";

// A new element of that name in the parent, with these attributes.
/** @template {keyof SVGElementTagNameMap} T
 * @param {Element} parent @param {T} name @param {Attributes} attributes @returns {SVGElementTagNameMap[T]} */
export function draw(parent, name, attributes = {}, text = "") {
  const node = parent.appendChild(document.createElementNS(NAMESPACE, name));
  change(node, attributes);
  if (text) node.textContent = text;
  return node;
}

/** @param {Element} node @param {Attributes} attributes */
export function change(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
}

// The path through these points, each [x, y] in pixels.
/** @param {[number, number][]} points */
export function through(points) {
  return `M${points.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join("L")}`;
}
