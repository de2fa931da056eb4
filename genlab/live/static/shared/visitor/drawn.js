// The digit that a person has drawn, as nets take it: 784 numbers of grey, kept for as long as the tab.

const KEY = "genlab_drawn_digit";
const PIXELS = 784;

// grey: 784 bytes, or null for nothing.
/** @param {Uint8Array | null} grey */
export function keepDrawn(grey) {
  try {
    if (grey) sessionStorage.setItem(KEY, btoa(String.fromCharCode(...grey)));
    else sessionStorage.removeItem(KEY);
  } catch {
    // no room, or not allowed: then other pages do not have it
  }
}

// In [0, 1]; null where nothing is drawn.
/** @returns {Float32Array | null} */
export function drawnDigit() {
  try {
    const text = atob(sessionStorage.getItem(KEY) ?? "");
    return text.length === PIXELS ? Float32Array.from(text, (letter) => letter.charCodeAt(0) / 255) : null;
  } catch {
    return null;
  }
}
