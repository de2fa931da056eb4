// The curves of the run that stands grey behind another's: what the changed knob has done.

/** @typedef {import("../../core/lab.js").Point} Point */

// base: the app's address; run: the id of the run behind, or null; charts: those of mountCurves. Returns {points, ready}:
// its curve points (none where it is gone), and a promise of them.
/** @param {string} base @param {string | null | undefined} run
 * @param {({behind: (points: Point[]) => void} | null | undefined)[]} charts */
export function fetchBehind(base, run, charts) {
  /** @type {{points: Point[], ready: Promise<void>}} */
  const behind = { points: [], ready: Promise.resolve() };
  if (run) behind.ready = fetchPoints();
  return behind;

  async function fetchPoints() {
    const answer = await fetch(`${base}/lab/runs/${run}`).catch(() => null);
    if (!answer?.ok) return; // it was deleted meanwhile: nothing stands behind
    behind.points = (await answer.json()).points;
    for (const chart of charts) chart?.behind(behind.points);
  }
}
