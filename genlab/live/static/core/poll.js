// Looks again and again, while its view is on the page and the page is seen.

/**
 * @typedef {object} PollOptions
 * @property {() => boolean} watched whether the view is still on the page: else it ends
 * @property {(quiet: number) => Promise<number>} look asks and shows; gives how many ms to wait for the next time, Infinity for none.
 *   quiet: ms since somebody wanted a look, or came back to the tab
 * @property {number} [least] ms between two looks: who goes back and forth between tabs does not ask more often
 * @property {boolean} [stirs] whether it looks, after a rest, when a person presses anything on the page: they may have
 *   done something to what is looked at
 */

export const REST_MS = 3000; // between two looks at what does not move: another tab may move it
const REST_AT_MOST_MS = 10000;
const REST_SHARE = 1 / 4;
const PRESSED = ["pointerdown", "keydown"];

// How long to wait where nothing moves: the longer it has not, the longer, for a hundred pages that are open and forgotten
// are to cost their server next to nothing. quiet: ms since there was news, or somebody wanted a look. Whoever sits in a
// class looks as often as ever: what its teacher does is to be seen within three seconds.
/** @param {number} quiet */
export function restMs(quiet) {
  if (document.querySelector(".gl-class")) return REST_MS;
  return Math.min(REST_AT_MOST_MS, Math.max(REST_MS, quiet * REST_SHARE));
}

// now(): looks at once, unless it is looking, and goes on from there. It begins when it is first called.
/** @param {PollOptions} options */
export function createPoll({ watched, look, least = 0, stirs = false }) {
  /** @type {ReturnType<typeof setTimeout> | 0} */
  let timer = 0;
  let alive = true;
  let looking = false;
  let asked = false; // it was to look while it looked
  let looked = -Infinity;
  let wanted = -Infinity;

  /** @param {number} wait */
  function later(wait) {
    clearTimeout(timer);
    if (alive && wait < Infinity) timer = setTimeout(again, wait);
  }

  function now() {
    wanted = performance.now();
    return again();
  }

  async function again() {
    clearTimeout(timer);
    if (!alive || document.hidden) return;
    if (looking) {
      asked = true;
      return;
    }
    if (!watched()) return destroy();
    const early = looked + least - performance.now();
    if (early > 0) return later(early);
    looking = true;
    asked = false;
    looked = performance.now();
    try {
      later(await look(looked - wanted));
    } finally {
      looking = false;
    }
    if (asked) again();
  }

  function stir() {
    if (performance.now() - looked > REST_MS) now();
  }

  function destroy() {
    alive = false;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", now);
    for (const pressed of PRESSED) document.removeEventListener(pressed, stir, true);
  }

  document.addEventListener("visibilitychange", now);
  if (stirs) for (const pressed of PRESSED) document.addEventListener(pressed, stir, true);
  return { now, destroy };
}
