// Tells a drawing when another theme was chosen from the page's menu.

// What a style draws follows by itself; pixels and charts have to be drawn again. The theme has no event: but it changes
// the ink that everything inherits, and a transition of an inherited colour has one, in every engine.
/** @param {Element} root @param {() => void} redraw */
export function onTheme(root, redraw) {
  const probe = root.appendChild(document.createElement("i"));
  probe.setAttribute("aria-hidden", "true");
  probe.style.cssText = "position: absolute; visibility: hidden; transition: color 1ms";
  probe.addEventListener("transitionend", redraw);
}
