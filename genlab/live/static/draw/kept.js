// A drawing outlives a change of run, of language and of view, and a reload: it is kept for as long as its tab.

/** @typedef {[x: number, y: number]} Place */
/** @typedef {Place[]} Stroke */
/**
 * @typedef {object} Taken a picture that was taken in, or where all was cleared
 * @property {Uint8Array} [ink]
 * @property {Mark[]} [before] what undo brings back
 * @property {HTMLCanvasElement} [picture] its ink, drawn
 */
/** @typedef {Stroke | Taken} Mark */

const KEY = "genlab_drawing";

// marks: as a sheet has them: of strokes and pictures; what else there is, is not kept.
/** @param {Mark[]} marks */
export function keep(marks) {
  const texts = marks.flatMap(/** @returns {(string | Stroke)[]} */ (mark) => {
    if (Array.isArray(mark)) return [mark];
    return mark.ink ? [btoa(Array.from(mark.ink, (grey) => String.fromCharCode(grey)).join(""))] : [];
  });
  try {
    sessionStorage.setItem(KEY, JSON.stringify(texts));
  } catch {
    // no room, or not allowed: then a reload begins anew
  }
}

/** @returns {Mark[]} */
export function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "[]").map((/** @type {Stroke | string} */ mark) =>
      typeof mark === "string" ? { ink: Uint8Array.from(atob(mark), (letter) => letter.charCodeAt(0)) } : mark,
    );
  } catch {
    return [];
  }
}
