// Small help for drawings in SVG.
const NAMESPACE = "http://www.w3.org/2000/svg";

// A new element of that name in the parent, with these attributes.
export function draw(parent, name, attributes = {}, text = "") {
  const node = parent.appendChild(document.createElementNS(NAMESPACE, name));
  change(node, attributes);
  if (text) node.textContent = text;
  return node;
}

export function change(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

// The path through these points, each [x, y] in pixels.
export function through(points) {
  return "M" + points.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join("L");
}
