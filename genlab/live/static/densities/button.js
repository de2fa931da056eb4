// The buttons of the picture, each with a name for tests and, where its text is a sign, with words for who cannot see it.
import { element } from "../core/dom.js";

/** @param {Element} parent @param {string} text @param {string} testid @param {() => unknown} action
 * @param {string} [label] */
export function button(parent, text, testid, action, label) {
  const node = element(parent, "button", "gl-dn-button", text);
  node.type = "button";
  node.dataset.testid = testid;
  if (label) node.title = label;
  if (label) node.setAttribute("aria-label", label);
  node.addEventListener("click", action);
  return node;
}
