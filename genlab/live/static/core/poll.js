// Looks again and again, while its view is on the page and the page is seen.

/**
 * @typedef {object} PollOptions
 * @property {() => boolean} watched whether the view is still on the page: else it ends
 * @property {() => Promise<number>} look asks and shows; gives how many ms to wait for the next time, Infinity for none
 * @property {number} [least] ms between two looks: who goes back and forth between tabs does not ask more often
 */

// now(): looks at once, unless it is looking, and goes on from there. It begins when it is first called.
/** @param {PollOptions} options */
export function createPoll({ watched, look, least = 0 }) {
  /** @type {ReturnType<typeof setTimeout> | 0} */
  let timer = 0;
  let alive = true;
  let looking = false;
  let again = false; // it was asked to look while it looked
  let looked = -Infinity;

  /** @param {number} wait */
  function later(wait) {
    clearTimeout(timer);
    if (alive && wait < Infinity) timer = setTimeout(now, wait);
  }

  async function now() {
    clearTimeout(timer);
    if (!alive || document.hidden) return;
    if (looking) {
      again = true;
      return;
    }
    if (!watched()) return destroy();
    const early = looked + least - performance.now();
    if (early > 0) return later(early);
    looking = true;
    again = false;
    looked = performance.now();
    try {
      later(await look());
    } finally {
      looking = false;
    }
    if (again) now();
  }

  function destroy() {
    alive = false;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", now);
  }

  document.addEventListener("visibilitychange", now);
  return { now, destroy };
}
