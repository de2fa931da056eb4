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

/**
 * Acts once in the frame after any of the nodes has changed its size, and once at the start. In the next frame and not
 * at once: what is drawn may change sizes in its turn, which a browser reports as an error within one frame.
 *
 * @param {Element[]} nodes @param {() => void} act
 * @returns {() => void} ends it
 */
export function onResize(nodes, act) {
  let scheduled = 0;
  const watch = new ResizeObserver(() => {
    cancelAnimationFrame(scheduled);
    scheduled = requestAnimationFrame(act);
  });
  for (const node of nodes) watch.observe(node);
  return () => {
    cancelAnimationFrame(scheduled);
    watch.disconnect();
  };
}

/**
 * Makes a box a stop of the Tab key while it has more than it shows: then the arrow keys scroll it.
 *
 * @param {HTMLElement} box @param {string} name what it holds, for those who hear it; none for a paragraph, which has its words
 * @returns {() => void} ends it
 */
export function scrolledByKeys(box, name = "") {
  if (name && box.tagName === "DIV") box.setAttribute("role", "group"); // a name needs a role
  if (name) box.setAttribute("aria-label", name);
  return onResize([box, ...box.children], () => {
    const hides = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    if (hides) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  });
}
