// Which frame the stage shows: the newest ones in turn while a run is followed, or the one that is looked for.

const QUEUED = 8; // frames that wait at most; who was away for long is not shown all of it
const STEP_MS = 450; // the way to a single step's frame
const SHORTEST_MS = 90;
const LONGEST_MS = 5000; // who waited longer than that has been at rest
const RESTED_MS = 1500;
const SLOWER = 1.15; // each frame lies further from the one before: the picture would rest before the next one is there

// frameOf(step): a promise of its arrays, null while there are none; moments(): the steps of all frames; running():
// whether the run trains; motion: the clock that draws; shown(step, frame): told before the picture moves.
/**
 * @param {{frameOf: (step: number) => Promise<import("./types.js").Frame | null>, moments: () => number[], running: () => boolean,
 *   motion: import("./types.js").Motion, shown: (step: number, frame: import("./types.js").Frame) => void}} options
 */
export function createPlayback({ frameOf, moments, running, motion, shown }) {
  /** @type {[step: number, duration: number][]} */
  let queue = [];
  let queued = -1;
  let wanted = -1;
  let heard = 0;

  /** @param {number | undefined} step @param {number} duration @param {() => unknown} [then] */
  async function seek(step, duration, then, flows = false) {
    if (step === undefined) return;
    wanted = step;
    const frame = await frameOf(step);
    if (wanted !== step) return;
    if (!frame) {
      wanted = -1; // the next look asks again
      return;
    }
    motion.go(frame, duration, then, flows);
    shown(step, frame);
  }

  function advance() {
    const next = queue.shift();
    if (next) seek(next[0], next[1] / (1 + queue.length), advance, true); // the more there are that wait, the faster
  }

  return {
    get wanted() {
      return wanted;
    },
    // One moment; whoever follows does so no more until `follow`.
    /** @param {number | undefined} step @param {number} duration @param {() => unknown} [then] */
    seek(step, duration, then) {
      queue = [];
      return seek(step, duration, then);
    },
    // Every new frame in turn, in the time in which they came, so that the picture flows.
    follow() {
      const first = queued < 0;
      const fresh = first ? moments().slice(-1) : moments().filter((step) => step > queued).slice(-QUEUED);
      if (fresh.length) {
        const apart = (performance.now() - heard) / fresh.length;
        const pause = apart > LONGEST_MS ? RESTED_MS : Math.max(SHORTEST_MS, SLOWER * apart);
        heard = performance.now();
        queued = fresh[fresh.length - 1];
        for (const step of fresh) queue.push([step, first ? 0 : running() ? pause : STEP_MS]);
        queue = queue.slice(-QUEUED);
        if (motion.moving) fresh.forEach(frameOf); // it is at hand when its turn comes
      } else if (!queue.length && wanted < 0 && queued >= 0) seek(queued, 0);
      if (!running()) motion.hurry(STEP_MS);
      if (queue.length && !motion.moving) advance();
    },
    // The next `follow` begins with the newest frame.
    restart() {
      queued = -1;
      wanted = -1;
    },
  };
}
