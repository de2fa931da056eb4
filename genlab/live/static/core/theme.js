// Tells a drawing when another theme was chosen from the page's menu, or another size of letters in the browser.

let factor = 1; // of the letters, where the page's are as large as usual

// The size of letters on a canvas or a chart, for one of `size` pixels where letters are as large as usual; margins that
// hold letters grow with them. What calls `onTheme` is drawn again when it changes.
/** @param {number} size */
export const letters = (size) => size * factor;

// What a style draws follows by itself; pixels and charts have to be drawn again. The theme has no event: but it changes
// the ink that everything inherits, and a transition of an inherited colour has one, in every engine. Letters have none
// either: but what is as wide as they are has a size.
/** @param {Element} root @param {() => void} redraw */
export function onTheme(root, redraw) {
  factor = measured();
  const probe = root.appendChild(document.createElement("i"));
  probe.setAttribute("aria-hidden", "true");
  probe.style.cssText = "position: absolute; visibility: hidden; transition: color 1ms; width: 1rem; height: 1px";
  probe.addEventListener("transitionend", redraw);
  let drawn = factor;
  new ResizeObserver(() => {
    factor = measured();
    if (factor !== drawn && probe.isConnected) {
      drawn = factor;
      redraw();
    }
  }).observe(probe);
}

function measured() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;
}
