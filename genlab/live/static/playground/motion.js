// The clock of the stage: walks from one frame to the next at the screen's pace, and lets noise fly to its samples.
import { blend, ease } from "../maths/playground.js";

const MORPH_MS = 1400;

// paint(frame, morph): morph is null, or how far the noise has come, 0 to 1.
/** @param {(frame: import("./types.js").Frame, morph: number | null) => void} paint */
export function createMotion(paint) {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  /** @type {import("./types.js").Frame | null} */
  let from = null;
  /** @type {import("./types.js").Frame} */
  let to = {};
  /** @type {import("./types.js").Frame} */
  let shown = {};
  let began = 0;
  let duration = 0;
  /** @type {(() => unknown) | null} */
  let then = null;
  let even = false; // whether it goes on after this frame, and so neither starts nor ends at rest
  let morphing = -1; // when it began
  let request = 0;

  /** @param {number} now */
  function tick(now) {
    request = 0;
    const share = duration > 0 ? Math.min(1, (now - began) / duration) : 1;
    shown = blend(from, to, even ? share : ease(share));
    let morph = null;
    if (morphing >= 0) {
      morph = ease((now - morphing) / MORPH_MS);
      if (morph >= 1) morphing = -1;
    }
    const done = share >= 1;
    api.ending = done;
    api.moving = !done || morphing >= 0;
    paint(shown, morphing >= 0 ? morph : null);
    if (api.moving) request = requestAnimationFrame(tick);
    if (!done || !then) return;
    const call = then;
    then = null;
    call();
  }

  function wake() {
    if (!request) request = requestAnimationFrame(tick);
  }

  const api = {
    moving: false,
    ending: true,
    get target() {
      return to;
    },
    /** @param {import("./types.js").Frame} frame @param {number} milliseconds @param {() => unknown} [after] */
    go(frame, milliseconds, after, flows = false) {
      from = shown;
      to = frame;
      began = performance.now();
      duration = still.matches ? 0 : milliseconds;
      then = after ?? null;
      even = flows;
      api.moving = true;
      wake();
    },
    // Whatever is under way ends soon.
    /** @param {number} milliseconds */
    hurry(milliseconds) {
      const now = performance.now();
      if (began + duration - now <= milliseconds) return;
      [from, began, duration] = [shown, now, milliseconds];
    },
    morph() {
      if (still.matches) return;
      morphing = performance.now();
      wake();
    },
    repaint: wake,
    destroy() {
      cancelAnimationFrame(request);
    },
  };
  return api;
}
