// Elements, made in one call.

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {Element | null} parent @param {T} tag @param {string} className @param {string | number | null} text
 * @param {Record<string, string | number>} attributes
 */
export function element(parent, tag, className = "", text = "", attributes = {}) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== "" && text !== null) node.textContent = String(text);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  parent?.appendChild(node);
  return node;
}
